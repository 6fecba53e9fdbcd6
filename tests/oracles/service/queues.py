"""A queue beside those who use it, by Amazon's own library: made, emptied, and given messages twice."""
import json


class Queue:
    def __init__(self, moto, name):
        import boto3
        key = {"aws_access_key_id": "beside", "aws_secret_access_key": "beside"}
        self.sqs = boto3.client("sqs", endpoint_url=moto, region_name="us-east-1", **key)
        dead = self.sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 100})
        self.url = self.sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})["QueueUrl"]

    def purge(self):
        self.sqs.purge_queue(QueueUrl=self.url)

    def double(self, chance):
        """Sends some of what waits again, in another order; tells how many."""
        found = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
        for message in chance.sample(found, len(found)):
            self.sqs.send_message(QueueUrl=self.url, MessageBody=message["Body"])
        return len(found)
