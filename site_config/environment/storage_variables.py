"""The variables of the bucket, as rows of the table in `variables`: name, cast, default, meaning."""

from site_config.environment import casts

ROWS = (
    (
        "LIBRARY_STORAGE",
        casts.one_of("files", "s3"),
        "files",
        "Where the videos lie: files in DATA_DIR, or s3 for a private bucket (docs/storage.md).",
    ),
    ("S3_BUCKET", casts.bucket, "", "Name of the bucket."),
    ("S3_ENDPOINT_URL", casts.address, "", "Address of the S3 server (https://host:port); empty: AWS."),
    ("S3_PUBLIC_ENDPOINT_URL", casts.address, "", "Its address for browsers; empty: S3_ENDPOINT_URL."),
    ("S3_REGION", casts.text, "us-east-1", "Region of the bucket; many servers other than AWS accept any."),
    ("S3_ACCESS_KEY_ID", casts.text, "", "Id of the key; empty: what the machine provides (a role of AWS)."),
    ("S3_SECRET_ACCESS_KEY", casts.text, "", "The key itself; hidden in logs."),
    ("S3_PREFIX", casts.key_prefix, "", "Folder inside the bucket, such as videos; empty: the whole bucket."),
    (
        "S3_ADDRESSING",
        casts.one_of("auto", "path", "virtual"),
        "auto",
        "Where the name of the bucket stands in addresses: path (https://host/bucket/), virtual "
        "(https://bucket.host/), or auto: path if S3_ENDPOINT_URL is set.",
    ),
    ("S3_BROWSER_UPLOADS", casts.flag, False, "Send videos from browsers to the bucket (docs/storage.md)."),
)
