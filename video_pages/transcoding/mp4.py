"""The codecs of an MP4, as playlists name them (RFC 6381, 3.3), read from its header; pure."""

MAX_HEADER_BYTES = 1024 * 1024
AAC_LC = "mp4a.40.2"
TIERS = "MH"


def codecs(header: bytes) -> list[str]:
    """Return names such as `["avc1.64001f", "mp4a.40.2"]` for the tracks in the MP4 `header`."""
    names = []
    for box, length, name_of in ((b"avcC", 4, _avc), (b"hvcC", 13, _hevc), (b"av1C", 3, _av1)):
        at = header.find(box)
        record = header[at + 4 : at + 4 + length]
        if at >= 0 and len(record) == length:
            names.append(name_of(record))
            break
    if b"mp4a" in header:
        names.append(AAC_LC)
    return names


def _avc(record: bytes) -> str:
    """Read an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1): version, profile, constraints, level."""
    return "avc1." + record[1:4].hex()


def _hevc(record: bytes) -> str:
    """Read an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1); the name follows annex E.3 of the same."""
    space, tier, profile = record[1] >> 6, record[1] >> 5 & 1, record[1] & 31
    compatible = int(f"{int.from_bytes(record[2:6], 'big'):032b}"[::-1], 2)
    constraints = "".join(f".{byte:02X}" for byte in record[6:12].rstrip(b"\0"))
    return f"hvc1.{'ABC'[space - 1] if space else ''}{profile}.{compatible:X}.{'LH'[tier]}{record[12]}{constraints}"


def _av1(record: bytes) -> str:
    """Read an AV1CodecConfigurationRecord (AV1 Codec ISO Media File Format Binding, 2.3.3; section 5 for the name)."""
    profile, level, tier = record[1] >> 5, record[1] & 31, record[2] >> 7
    depth = (8, 10, 10, 12)[(record[2] >> 6 & 1) + 2 * (record[2] >> 5 & 1)]
    return f"av01.{profile}.{level:02}{TIERS[tier]}.{depth:02}"
