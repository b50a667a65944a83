"""Pictures: decoded within limits and written anew, so that no metadata and no tail stays."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageFile, ImageOps

from assessments.inspection.verdict import FULL, Refused, Verdict

MAX_PIXELS = 25_000_000
QUALITY = 90
TOO_LARGE = "The picture is larger than 25 megapixels. Save it in a smaller size and upload that."
DAMAGED = "The picture is damaged. Open it, save it again as PNG or JPEG and upload that."
KINDS = {"PNG": ("image/png", ".png"), "JPEG": ("image/jpeg", ".jpg")}
TYPES = frozenset(media_type for media_type, _extension in KINDS.values())
PLAIN = {"PNG": ("1", "L", "LA", "RGB", "RGBA", "I", "I;16"), "JPEG": ("L", "RGB")}


def check(path: Path, named: str, cleaned: Path) -> Verdict:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches it on for its whole process
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=tuple(KINDS)) as picture:
            kind = picture.format or ""
            rewrite(picture, kind, cleaned)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused(TOO_LARGE) from error
    except OSError as error:
        if error.errno in FULL:
            raise
        raise Refused(DAMAGED) from error
    except (SyntaxError, ValueError, KeyError) as error:
        raise Refused(DAMAGED) from error
    return Verdict(*KINDS[kind], is_rewritten=True)


def rewrite(picture: Image.Image, kind: str, cleaned: Path) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused(TOO_LARGE)
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    plain = picture if picture.mode in PLAIN[kind] else picture.convert(target_mode(picture, kind))
    plain.info = {}
    if kind == "JPEG":
        plain.save(cleaned, "JPEG", quality=QUALITY)
    else:
        plain.save(cleaned, "PNG")


def target_mode(picture: Image.Image, kind: str) -> str:
    """What palettes and print colours become."""
    return "RGBA" if kind == "PNG" and picture.has_transparency_data else "RGB"
