"""Pictures: of a bearable size, and really decodable to the last row. Nothing is taken out of them."""

from __future__ import annotations

import warnings

from PIL import Image, UnidentifiedImageError

from documents.inspection.subject import Subject, Unfit

MOST_PIXELS = 60_000_000
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF", "image/webp": "WEBP"}


def is_decodable(subject: Subject) -> None:
    """Every frame decodes. The size is read from the head before a single pixel is."""
    Image.MAX_IMAGE_PIXELS = None  # ours below is stricter, and says its reason
    wanted = FORMATS[subject.media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(subject.path, formats=[wanted]) as picture:
                frames = getattr(picture, "n_frames", 1)
                if frames > subject.most_pages:
                    raise Unfit("too_many_pages", pages=frames, most=subject.most_pages)
                left = MOST_PIXELS
                for frame in range(frames):
                    picture.seek(frame)
                    left -= picture.width * picture.height
                    if left < 0:
                        raise Unfit("too_many_pixels", width=picture.width, height=picture.height)
                    picture.load()
                subject.pages = frames
    except Unfit:
        raise
    except MemoryError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Warning, KeyError, TypeError):
        raise Unfit("damaged") from None
