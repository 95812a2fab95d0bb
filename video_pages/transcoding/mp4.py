"""The codecs of an MP4, as playlists name them (RFC 6381, 3.3), read from its header; pure."""

MAX_HEADER_BYTES = 1024 * 1024
AAC_LC = "mp4a.40.2"


def codecs(header):
    """Return names such as `["avc1.64001f", "mp4a.40.2"]` for the tracks in the MP4 `header` (bytes)."""
    found = []
    at = header.find(b"avcC")
    if at >= 0 and len(header) >= at + 8:
        # AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1): version, profile, constraints, level.
        found.append("avc1." + header[at + 5 : at + 8].hex())
    if b"mp4a" in header:
        found.append(AAC_LC)
    return found
