"""Namespaces, links and rules of Linux. What does not load ends the run: rules that are not there let everything pass."""
import ctypes, os, re, subprocess

PREFIX = "rawnet-"
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


class Failed(Exception):
    """Something did not load, so no verdict counts."""


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode or done.stderr.strip():
        raise Failed(f"{' '.join(command)}: {done.stderr.strip()}\n{text or ''}")
    return done.stdout


class inside:
    """Work in another network namespace."""
    home = None

    def __init__(self, name):
        self.name = name

    def enter(self, path):
        with open(path) as file:
            if LIBC.setns(file.fileno(), CLONE_NEWNET):
                raise Failed(f"cannot enter {path}: {os.strerror(ctypes.get_errno())}")

    def __enter__(self):
        self.enter(f"/run/netns/{self.name}")

    def __exit__(self, *_):
        self.enter(inside.home)


def remember_home():
    """Where this program itself lives, kept open so that one can go back."""
    kept = os.open("/proc/self/ns/net", os.O_RDONLY)
    inside.home = f"/proc/self/fd/{kept}"


def ip(lines, namespace=None):
    """Commands of `ip`, all at once."""
    if namespace is None:
        return run("ip", "-batch", "-", text="\n".join(lines) + "\n")
    with inside(namespace):
        return run("ip", "-batch", "-", text="\n".join(lines) + "\n")


def sysctl(namespace, **settings):
    with inside(namespace):
        for key, value in settings.items():
            path = "/proc/sys/net/" + key.replace("__", "/")
            if os.path.exists(path):
                with open(path, "w") as file:
                    file.write(str(value))


def nft(namespace, text):
    """Loads a rule set and counts what came of it: each rule ends in `comment "r"`."""
    with inside(namespace):
        run("nft", "-f", "-", text=text)
        loaded = run("nft", "list", "ruleset")
    wanted, found = text.count('comment "r"'), loaded.count('comment "r"')
    if wanted != found:
        raise Failed(f"{found} of {wanted} rules were loaded into {namespace}:\n{text}\n{loaded}")


def canary():
    """A rule set that cannot load, and one that loads in part, must be noticed."""
    name = f"{PREFIX}{os.getpid()}-canary"
    ip([f"netns add {name}"])
    wrong = "table ip t {\nchain fwd {\nip saddr 10.0.0.0/8 accept comment \"r\"\n}\n}\n"  # `fwd` is a word of nft
    short = "table ip t {\nchain c {\naccept # comment \"r\"\n}\n}\n"
    try:
        for text in (wrong, short):
            try:
                nft(name, text)
            except Failed:
                continue
            raise SystemExit("a rule set that did not load went unnoticed")
    finally:
        remove([name])


def names():
    folder = "/run/netns"
    return [name for name in os.listdir(folder) if name.startswith(PREFIX)] if os.path.isdir(folder) else []


def remove(which):
    """Namespaces take their links and rules along."""
    if which:
        ip([f"netns del {name}" for name in which])


def sweep():
    """Removes what a run that was killed has left: its number is in the name."""
    alive = lambda name: os.path.exists("/proc/" + re.match(PREFIX + r"(\d+)-", name).group(1))
    remove([name for name in names() if not alive(name)])
