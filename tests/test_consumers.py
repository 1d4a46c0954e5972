#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds a small program against the installed library in every documented way.

From the environment: NETSHARE_SOURCE_ROOT, and NETSHARE_BUILD_ROOT, a built Meson build
directory, which is installed into a temporary one. CC is the compiler.
"""
import os
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ["NETSHARE_SOURCE_ROOT"]
BUILD = os.environ["NETSHARE_BUILD_ROOT"]
CC = os.environ.get("CC", "cc").split()
CONSUMERS = os.path.join(SOURCE, "tests", "consumers")
EXPECTED = "0.1.0 Mounting Hidden or WebDav Remote Shares\n"


def run(*command, cwd=None, env=None):
    done = subprocess.run(command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError("%s failed:\n%s" % (" ".join(command), done.stdout))
    return done.stdout


class Consumers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = cls.folder.name
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir",
            os.path.join(root, "dest"))
        (cls.pkgconfig,) = (path for path, _, files in os.walk(root) if "netshare.pc" in files)
        cls.libdir = os.path.dirname(cls.pkgconfig)
        cls.sysroot = os.path.join(root, "dest")
        cls.env = dict(os.environ, LD_LIBRARY_PATH=cls.libdir)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.work = tempfile.mkdtemp(dir=self.folder.name)
        self.consumer = shutil.copy(os.path.join(CONSUMERS, "consumer.c"), self.work)

    def flags(self, *options):
        env = dict(os.environ, PKG_CONFIG_PATH=self.pkgconfig)
        prefix = run("pkg-config", "--variable=prefix", "netshare", env=env).strip()
        return run("pkg-config", *options, "netshare", "--define-variable=prefix=%s%s"
                   % (self.sysroot, prefix), env=env).split()

    def compile(self, compiler, source, flags, libraries):
        program = os.path.join(self.work, "program")
        run(*compiler, *flags, source, *libraries, "-o", program)
        return program

    def needed(self, program):
        return [line.split()[1] for line in run("objdump", "-p", program).splitlines()
                if "NEEDED" in line]

    def test_pkg_config_shared(self):
        program = self.compile(CC, self.consumer, self.flags("--cflags"), self.flags("--libs"))
        self.assertEqual(run(program, env=self.env), EXPECTED)
        self.assertIn("libnetshare.so.0", self.needed(program))
        self.assertEqual([name for name in self.needed(program) if "utf8proc" in name], [])

    def test_pkg_config_static(self):
        libraries = self.flags("--static", "--libs")
        self.assertIn("-lutf8proc", libraries)
        archive = os.path.join(self.libdir, "libnetshare.a")
        libraries = [archive if flag == "-lnetshare" else flag for flag in libraries]
        program = self.compile(CC, self.consumer, ["-DNETSHARE_STATIC", *self.flags("--cflags")],
                               libraries)
        self.assertEqual(run(program), EXPECTED)
        self.assertNotIn("libnetshare.so.0", self.needed(program))

    def test_cmake(self):
        if shutil.which("cmake") is None:
            self.skipTest("no cmake")
        shutil.copy(os.path.join(CONSUMERS, "cmake", "CMakeLists.txt"), self.work)
        build = os.path.join(self.work, "build")
        run("cmake", "-S", self.work, "-B", build,
            "-Dnetshare_DIR=" + os.path.join(self.libdir, "cmake", "netshare"))
        run("cmake", "--build", build)
        for program in ("consumer", "consumer-static"):
            self.assertEqual(run(os.path.join(build, program), env=self.env), EXPECTED)

    def test_cmake_refuses_another_version(self):
        if shutil.which("cmake") is None:
            self.skipTest("no cmake")
        with open(os.path.join(CONSUMERS, "cmake", "CMakeLists.txt"), encoding="utf-8") as lists:
            text = lists.read().replace("netshare 0.1", "netshare 0.2")
        with open(os.path.join(self.work, "CMakeLists.txt"), "w", encoding="utf-8") as lists:
            lists.write(text)
        with self.assertRaisesRegex(AssertionError, "0.2"):
            run("cmake", "-S", self.work, "-B", os.path.join(self.work, "build"),
                "-Dnetshare_DIR=" + os.path.join(self.libdir, "cmake", "netshare"))

    def test_meson_subproject(self):
        shutil.copy(os.path.join(CONSUMERS, "subproject", "meson.build"), self.work)
        subprojects = os.path.join(self.work, "subprojects")
        os.mkdir(subprojects)
        shutil.copy(os.path.join(CONSUMERS, "subproject", "netshare.wrap"), subprojects)
        copied = os.path.join(subprojects, "netshare")
        os.mkdir(copied)
        for entry in ("meson.build", "meson_options.txt", "include", "lib", "data", "examples",
                      "tests", "bindings", "fuzz", "bench", "docs", "tools"):
            if os.path.exists(os.path.join(SOURCE, entry)):
                os.symlink(os.path.join(SOURCE, entry), os.path.join(copied, entry))
        build = os.path.join(self.work, "build")
        run("meson", "setup", build, self.work)
        run("ninja", "-C", build, "consumer")
        self.assertEqual(run(os.path.join(build, "consumer")), EXPECTED)

    def test_cpp_agent(self):
        self.build_agent("cpp_agent.cc", ["g++", "clang++", "c++"])

    def test_c_agent(self):
        self.build_agent("edr_agent.c", CC)

    def test_windows_agent(self):
        self.build_agent("windows_agent.c", CC)

    def build_agent(self, name, compilers):
        compiler = next((c for c in compilers if shutil.which(c)), None)
        if compiler is None:
            self.skipTest("no C++ compiler")
        program = self.compile([compiler, "-Wall", "-Wextra", "-Werror"],
                               os.path.join(SOURCE, "examples", name), self.flags("--cflags"),
                               self.flags("--libs"))
        output = run(program, env=self.env)
        self.assertIn("Mounting Hidden or WebDav Remote Shares", output)
        self.assertIn("no match", output)

    def test_rust_agent(self):
        self.build_foreign("rust", "rustc", lambda source, program: run(
            "rustc", "--edition=2021", "-L", self.libdir, os.path.join(source, "agent.rs"),
            "-o", program))

    def test_go_agent(self):
        def build(source, program):
            env = dict(os.environ, CGO_ENABLED="1", GOFLAGS="-mod=mod", GO111MODULE="off",
                       GOCACHE=os.path.join(self.work, "cache"),
                       CGO_CFLAGS=" ".join(self.flags("--cflags")),
                       CGO_LDFLAGS=" ".join(self.flags("--libs")))
            run("go", "build", "-o", program, os.path.join(source, "agent.go"), env=env)
        self.build_foreign("go", "go", build)

    def build_foreign(self, language, tool, build):
        if shutil.which(tool) is None:
            self.skipTest("no " + tool)
        source = os.path.join(SOURCE, "examples", language)
        program = os.path.join(self.work, "program")
        build(source, program)
        output = run(program, env=self.env)
        self.assertIn("Mounting Hidden or WebDav Remote Shares", output)
        self.assertIn("no match", output)

    def test_consumers_in_other_languages_are_short(self):
        for name in ("cpp_agent.cc", "rust/agent.rs", "go/agent.go"):
            with open(os.path.join(SOURCE, "examples", name), encoding="utf-8") as source:
                self.assertLessEqual(len(source.readlines()), 60, name)

    def test_man_pages_are_installed(self):
        installed = {name for _, _, files in os.walk(self.sysroot) for name in files}
        pages = ["netshare.3"] + ["netshare-scan.1"] * ("netshare-scan" in installed)
        for page in pages:
            self.assertTrue(installed & {page, page + ".gz"}, page)


if __name__ == "__main__":
    unittest.main()
