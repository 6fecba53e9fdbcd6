"""Starts moto's server, a little stricter than it is. By itself moto forgets the key of an upload, answers 500 for one that
is gone, and completes one again that was completed; S3 need not do the last, and does not do the others. It also reads an
object twice at a time through one position, once for its body and once for its tag, so that a body may come out empty."""
import sys

from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import FakeKey, S3Backend
from moto.s3.responses import S3Response
from moto.server import main


def strictly(method):
    def checked(self, *args, **kwargs):
        name = self._get_param("uploadId")
        upload = self.backend.get_bucket(self.bucket_name).multiparts.get(name)
        if upload is None or upload.key_name != self.parse_key_name():
            raise NoSuchUpload(upload_id=name)
        return method(self, *args, **kwargs)

    return checked


for name in ["upload_part", "list_parts", "abort_multipart_upload"]:
    setattr(S3Response, name, strictly(getattr(S3Response, name)))

complete = S3Backend.complete_multipart_upload


def complete_once(self, bucket_name, multipart_id, body):
    try:
        key = complete(self, bucket_name, multipart_id, body)
    except KeyError:
        raise NoSuchUpload(upload_id=multipart_id)
    if key is not None:
        key.multipart = None
    return key


S3Backend.complete_multipart_upload = complete_once


etag = FakeKey.etag


def etag_alone(self):
    with self.lock:
        return etag.fget(self)


FakeKey.etag = property(etag_alone)

main(sys.argv[1:])
