# SPDX-License-Identifier: Apache-2.0
"""The machine that measures, and the versions of what is measured."""
import os
import platform
import re
import subprocess


def output_of(*command):
    """What a command prints, or nothing if there is no such command."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip()


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        fields = dict(re.findall(r"^([^\t\n]+)\t*: (.*)$", file.read(), re.MULTILINE))
    name = fields.get("model name", platform.machine())
    if "cpu family" not in fields:
        return name
    return f'{name} (family {fields["cpu family"]}, model {fields["model"]})'


def package(name):
    return output_of("pkg-config", "--modversion", name)


def package_of_distribution(name):
    """For libraries whose pkg-config file tells no version."""
    found = output_of("dpkg-query", "-W", "-f", "${Version}", name)
    return "" if "no packages" in found else found


def eql_version():
    try:
        from importlib.metadata import version
        return version("eql")
    except ImportError:
        return ""


def machine():
    hyperscan = package_of_distribution("libvectorscan5")
    versions = {"json-c": package("json-c"), "utf8proc": package("libutf8proc"),
                "simdjson": package("simdjson"), "PCRE2": package("libpcre2-8"),
                "Vectorscan" if hyperscan else "Hyperscan": hyperscan or package("libhs"),
                "RE2": package_of_distribution("libre2-dev"),
                "jq": output_of("jq", "--version").removeprefix("jq-"),
                "grep": output_of("grep", "--version").partition("\n")[0].rpartition(" ")[2],
                "Python": platform.python_version(), "python-eql": eql_version()}
    return {"bench": "machine", "processor": processor(), "cores": os.cpu_count(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "virtual": "hypervisor" in open("/proc/cpuinfo", encoding="utf-8").read(),
            "kernel": f"{platform.system()} {platform.release()}",
            "versions": {name: version for name, version in versions.items() if version}}
