#!/usr/bin/env python3
"""Alerts and dashboard against a real Prometheus that scrapes a real service.

    observe.py RAWMILL WORKDIR

Every query of the dashboard and every alert must be understood, every figure that they name must be there, and every query
of the dashboard must have an answer after some photos were done, one of them bad. Then Redis is killed, and its alert must
see it. Needs promtool, prometheus and redis-server.
"""
import json, os, re, shutil, signal, socket, subprocess, sys, time, urllib.error, urllib.parse, urllib.request

from service.customer import Customer
from service.lab import free_port

HERE = os.path.dirname(os.path.abspath(__file__))
OBSERVE = os.path.join(HERE, "../../deploy/observe")
SAMPLES = os.path.join(HERE, "../../samples")
PATIENCE = 120
# Series that only a fault makes: no query may name another one that is not there.
AFTER_A_FAULT = {'rawmill_http_requests_total{status=~"5.."}'}
RECIPE = 'version = 1\n[seats]\ndenoise = 1\n[output]\npath = "{stem}"\n[[renditions]]\nname = "web"\nwidth = 64\nencode = { format = "jpeg" }\n'
SERVE = """data = "data"
listen = "127.0.0.1:{web}"
metrics_listen = "127.0.0.1:{metrics}"
[worker]
slots = 2
[seats]
denoise = 1
[redis]
url = "redis://127.0.0.1:{redis}"
"""
PROMETHEUS = """global: {{ scrape_interval: 1s, evaluation_interval: 1s }}
rule_files: ['{rules}']
scrape_configs:
  - job_name: rawmill
    static_configs: [{{ targets: ['127.0.0.1:{metrics}'] }}]
"""


def program(name, package):
    return shutil.which(name) or sys.exit(f"missing: {name} (Debian package {package})")


def main():
    rawmill, work = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    tools = [program("promtool", "prometheus"), program("prometheus", "prometheus"), program("redis-server", "redis-server")]
    os.makedirs(work, exist_ok=True)
    rules = os.path.abspath(os.path.join(OBSERVE, "alerts.yml"))
    on_paper(tools[0], rules)
    ports = {name: free_port() for name in ("web", "metrics", "redis", "prometheus")}
    running = {}
    try:
        start(running, "redis", work, [tools[2], "--port", str(ports["redis"]), "--save", "", "--bind", "127.0.0.1"])
        write(work, "serve.toml", SERVE.format(**ports))
        until("Redis", lambda: port_is_open(ports["redis"]))
        start(running, "rawmill", work, [rawmill, "serve", "--config", "serve.toml"])
        until("the service", lambda: port_is_open(ports["web"]))
        write(work, "prometheus.yml", PROMETHEUS.format(rules=rules, **ports))
        start(running, "prometheus", work, [
            tools[1], "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", f"--web.listen-address=127.0.0.1:{ports['prometheus']}"])
        prometheus = Prometheus(ports["prometheus"])
        until("Prometheus", lambda: prometheus.number("up") == 1)
        some_work(work, ports["web"])
        found = in_life(prometheus)
        found += lost_redis(prometheus, running["redis"])
    finally:
        for process in reversed(running.values()):
            process.kill()
            process.wait()
    print("\n".join(found) if found else "every figure is there")
    sys.exit(bool(found))


def on_paper(promtool, rules):
    """The rules and their own tests; every alert must fire in one of these."""
    subprocess.run([promtool, "check", "rules", rules], check=True, stdout=subprocess.DEVNULL)
    tests = os.path.join(OBSERVE, "alerts_test.yml")
    subprocess.run([promtool, "test", "rules", os.path.basename(tests)], check=True, cwd=OBSERVE, stdout=subprocess.DEVNULL)
    names, tested = re.findall(r"alert: (\w+)", open(rules).read()), open(tests).read()
    untested = [name for name in names if f'alertname="{name}"' not in tested]
    assert names and not untested, f"no test lets these fire: {untested}"


def some_work(work, port):
    """Two photos and one that is none, with seats; what is asked twice comes from the cache once."""
    token = open(os.path.join(work, "data", "setup-token")).read().strip()
    customer = Customer(port, "", PATIENCE)
    customer.key = customer.ask("POST", "/v1/setup", {"token": token})["key"]
    customer.ask("POST", "/v1/recipes", {"name": "tiny", "text": RECIPE})
    names = sorted(name for name in os.listdir(SAMPLES) if name.endswith((".KDC", ".CRW")))[:2]
    photos = [customer.upload(name, open(os.path.join(SAMPLES, name), "rb").read()) for name in names]
    batch = customer.submit("one", [*photos, customer.upload("text.nef", b"this is no photo")], 0)
    until("the batch", lambda: customer.batch(batch)["state"] == "closed")
    for _ in range(3):
        customer.batch(batch)
        customer.ask("GET", "/v1/recipes/tiny/versions/1")
    assert not customer.mistakes, customer.mistakes


class Prometheus:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/api/v1"

    def get(self, path, **words):
        try:
            with urllib.request.urlopen(f"{self.url}/{path}?{urllib.parse.urlencode(words)}", timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except OSError as error:
            return {"status": "error", "error": str(error)}

    def query(self, text):
        return self.get("query", query=text)

    def number(self, text):
        rows = self.query(text).get("data", {}).get("result", [])
        return float(rows[0]["value"][1]) if rows else None


def in_life(prometheus):
    """What is wrong with the queries of the dashboard and with the alerts."""
    board = json.load(open(os.path.join(OBSERVE, "grafana.json")))
    panels = [(panel["title"], target["expr"]) for panel in board["panels"] for target in panel.get("targets", [])]
    alerts = [(rule["name"], rule["query"]) for group in prometheus.get("rules")["data"]["groups"] for rule in group["rules"]]
    assert len(panels) > 20 and len(alerts) > 10, "the files are not all there"
    assert mistakes(prometheus, "x", "rawmill_made_up > 0", False), "what is not there is seen"
    assert mistakes(prometheus, "x", "sum(", False), "what cannot be understood is seen"
    found = [m for name, expr in panels for m in mistakes(prometheus, name, expr.replace("$__rate_interval", "1m"), True)]
    return found + [m for name, expr in alerts for m in mistakes(prometheus, name, expr, False)] + sick(prometheus)


def mistakes(prometheus, name, expr, answers):
    """What is wrong with one query, after it had time to become right: counters are rates after two looks."""
    end, wrong = time.monotonic() + 15, None
    while wrong is None or (wrong and time.monotonic() < end):
        time.sleep(0.5 if wrong else 0)
        answer = prometheus.query(expr)
        if answer["status"] != "success":
            return [f"{name}: {answer['error']}: {expr}"]
        parts = set(re.findall(r"rawmill_\w+(?:\{[^}]*(?:\{[^}]*\}[^}]*)?\})?", expr)) - AFTER_A_FAULT
        wrong = [f"{name}: there is no {part}" for part in parts if prometheus.number(f"count({part})") is None]
        if answers and not answer["data"]["result"]:
            wrong.append(f"{name}: no answer to {expr}")
    return wrong


def sick(prometheus):
    """Rules that Prometheus could not evaluate."""
    rules = [rule for group in prometheus.get("rules")["data"]["groups"] for rule in group["rules"]]
    return [f"{rule['name']}: {rule.get('lastError')}" for rule in rules if rule["health"] == "err"]


def lost_redis(prometheus, redis):
    """The figure of an engine that is away, and that everything else goes on."""
    away = 'min(rawmill_engine_up{engine="redis"}) == 0'
    if prometheus.query(away)["data"]["result"]:
        return ["Redis is away before it is killed"]
    redis.send_signal(signal.SIGKILL)
    until("the end of Redis in the figures", lambda: prometheus.query(away)["data"]["result"])
    others = prometheus.number('min(rawmill_engine_up{engine=~"ledger|store"})')
    return [] if others == 1 else ["an engine is away with Redis"]


def start(running, name, work, command):
    env = {k: v for k, v in os.environ.items() if not k.startswith("RAWMILL_")}
    with open(os.path.join(work, f"{name}.log"), "ab") as log:
        running[name] = subprocess.Popen(command, cwd=work, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def write(work, name, text):
    with open(os.path.join(work, name), "w") as file:
        file.write(text)


def port_is_open(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def until(what, is_so):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.2)


main()
