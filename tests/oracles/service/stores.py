"""Looking into a store without rawmill: files of a folder, objects of a bucket by Amazon's own library."""
import hashlib, os, zlib


def look_at(data):
    """Size, CRC-32 and SHA-256."""
    return len(data), zlib.crc32(data), hashlib.sha256(data).hexdigest()


class Folder:
    def __init__(self, root):
        self.root = root

    def keys(self):
        """Of every object; folders of a key end with `+`."""
        for folder, _, names in os.walk(self.root):
            below = os.path.relpath(folder, self.root).replace("+", "")
            yield from (f"{below}/{name}" for name in names)

    def path(self, key):
        *folders, name = key.split("/")
        return os.path.join(self.root, *(f"{folder}+" for folder in folders), name)

    def look(self, key):
        return look_at(self.get(key))

    def get(self, key):
        with open(self.path(key), "rb") as f:
            return f.read()

    def put(self, key, data):
        with open(self.path(key), "wb") as f:
            f.write(data)

    def remove(self, key):
        os.remove(self.path(key))


class Bucket:
    """Objects never change, so what one looks like is remembered."""

    def __init__(self, url, name, prefix):
        import boto3
        self.s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="witness", aws_secret_access_key="none")
        self.name, self.prefix, self.seen = name, prefix + "/", {}

    def keys(self):
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix):
            yield from (item["Key"][len(self.prefix):] for item in page.get("Contents", ()))

    def look(self, key):
        if key not in self.seen:
            self.seen[key] = look_at(self.get(key))
        return self.seen[key]

    def get(self, key):
        return self.s3.get_object(Bucket=self.name, Key=self.prefix + key)["Body"].read()

    def put(self, key, data):
        self.seen.pop(key, None)
        self.s3.put_object(Bucket=self.name, Key=self.prefix + key, Body=data)

    def remove(self, key):
        self.seen.pop(key, None)
        self.s3.delete_object(Bucket=self.name, Key=self.prefix + key)
