"""A timeline's colours as numbers."""


def rgb(name: str, otherwise: tuple[int, int, int]) -> tuple[int, int, int]:
    """Red, green, blue (0 to 255) of a name or `#rrggbb`; `otherwise` where it is none."""
    from PIL import ImageColor  # noqa: PLC0415 - footage without drawing does without

    try:
        red, green, blue = ImageColor.getrgb(name)[:3]
    except ValueError:
        return otherwise
    return red, green, blue
