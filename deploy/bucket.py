"""Make the bucket of the library before the site starts, on a server of one's own; Django is set up already."""

from django.conf import settings

from deploy.problems import Problem


def make_bucket(name: str) -> None:
    """Make the bucket `name` at S3_ENDPOINT_URL unless it exists. Raises Problem, also if one of AWS is not there."""
    from botocore.exceptions import BotoCoreError, ClientError

    from video_pages.library.s3.client import internal_client
    from video_pages.library.s3.errors import code_of
    from video_pages.library.s3.explanations import explain

    try:
        client = internal_client()
        try:
            # Not head_bucket: the answer to a HEAD does not say why it refuses. A key may not list all buckets.
            client.list_objects_v2(Bucket=name, MaxKeys=1, Prefix=settings.S3_PREFIX)
        except ClientError as error:
            # A wrong name at AWS would make a bucket that nobody wants, without the rules of the account's others.
            if code_of(error) != "NoSuchBucket" or not settings.S3_ENDPOINT_URL:
                raise
            client.create_bucket(Bucket=name)
    except (BotoCoreError, ClientError) as error:
        raise Problem(f"The bucket {name} can't be used: {explain(error, 'reach', bucket=name)}") from None
