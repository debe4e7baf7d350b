"""Whether a file is fit to be served: a list of small steps, run in a process of its own.

``steps`` is the list, ``subject.RULES`` its version; ``cell`` is the limited process, ``warden`` starts and judges it,
``malware`` asks ClamAV, ``words`` says findings in people's language. What parses knows no Django.
"""
