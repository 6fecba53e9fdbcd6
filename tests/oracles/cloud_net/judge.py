"""The analyser's verdicts, through the example `follow` of the crate."""
import json, subprocess


class Judge:
    def __init__(self, binary):
        self.process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.design = None

    def ask(self, design, question):
        """The trace, or {"error": …}."""
        asked = dict(question)
        if design is not self.design:
            asked["design"] = self.design = design
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            self.design = None
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()
