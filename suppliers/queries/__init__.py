"""Reads that span models: one function per screen or report, with a bounded number of queries."""
