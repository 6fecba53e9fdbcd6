"""Starts moto's server, a little stricter than it is: an upload is known by its key and its id, as in S3. By itself moto
forgets the key, and answers 500 for an upload that is gone."""
import sys

from moto.s3.exceptions import NoSuchUpload
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

main(sys.argv[1:])
