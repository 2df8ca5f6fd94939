"""./run with a dotnet, node and npm that only note how they were called."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

SYSTEM_TOOLS = """bash env basename cat dirname find mkdir mv readlink realpath rm sha256sum sort touch uname xargs setpriv""".split()
BOX_TOOLS = "crun mmdebstrap newuidmap clang ld.lld".split()

DOTNET = """#!/bin/bash
echo "dotnet $*" >> "$CALLS"
case $1 in
    --list-sdks) echo "10.0.401 [/usr/share/dotnet/sdk]" ;;
    publish)
        [[ ! -e $BROKEN ]] || { echo "error CS1002: ; expected"; exit 1; }
        while [[ $1 != --output ]]; do shift; done
        mkdir -p "$2" && touch "$2/sandboxd" "$2/AgentSandbox.Server" "$2/AgentSandbox.Server.dll"
        ;;
    *Server.dll) echo "server $$ ${*:2} DATA_DIR=$DATA_DIR GUEST=$AGENT_SANDBOX_GUEST" ;;
esac
"""

NODE = """#!/bin/bash
echo v22.1.0
"""

NPM = """#!/bin/bash
echo "npm $*" >> "$CALLS"
case $1 in
    ci) mkdir -p node_modules && touch node_modules/.package-lock.json ;;
    run) mkdir -p dist && touch dist/index.html ;;
esac
"""

FILES = """
    Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt
    src/AgentSandbox.Protocol/Frame.cs src/AgentSandbox.Guest/Program.cs src/AgentSandbox.Server/Program.cs
    web/package.json web/package-lock.json web/src/main.tsx
""".split()


class Run(unittest.TestCase):
    def setUp(self):
        self.scratch = Path(tempfile.mkdtemp(prefix="run-tests-"))
        self.addCleanup(shutil.rmtree, self.scratch)
        self.scratch.chmod(0o755)
        self.checkout = self.scratch / "a checkout"
        self.tools = self.scratch / "tools"
        self.tools.mkdir()
        for name in FILES:
            self.write(name, name)
        shutil.copy(REPOSITORY / "run", self.checkout)
        shutil.copytree(REPOSITORY / "scripts", self.checkout / "scripts")
        for name in SYSTEM_TOOLS:
            (self.tools / name).symlink_to(shutil.which(name))
        for name in BOX_TOOLS:
            self.tool(name, "#!/bin/bash\n")
        for name, content in (("dotnet", DOTNET), ("node", NODE), ("npm", NPM)):
            self.tool(name, content)

    def test_help_and_an_unknown_command(self):
        self.assertIn("usage: ./run", self.run_script("--help").stdout)
        unknown = self.run_script("rnu")
        self.assertEqual(64, unknown.returncode)
        self.assertIn("usage: ./run", unknown.stderr)

    def test_first_build_makes_everything_and_the_second_nothing(self):
        self.build()
        self.assertEqual(["publish guest", "publish server", "npm ci", "npm run build"], self.builds())
        self.build()
        self.assertEqual([], self.builds())

    def test_only_what_an_edit_touches_is_built_again(self):
        cases = {
            "src/AgentSandbox.Guest/Program.cs": ["publish guest"],
            "src/AgentSandbox.Server/Program.cs": ["publish server"],
            "src/AgentSandbox.Protocol/Frame.cs": ["publish guest", "publish server"],
            "web/src/main.tsx": ["npm run build"],
            "web/package-lock.json": ["npm ci", "npm run build"],
        }
        self.build()
        self.builds()
        for name, expected in cases.items():
            with self.subTest(name):
                path = self.checkout / name
                times = path.stat()
                self.write(name, "edited")
                os.utime(path, (times.st_atime, times.st_mtime))
                self.build()
                self.assertEqual(expected, self.builds())

    def test_a_deleted_source_and_a_lost_output_are_noticed(self):
        self.write("src/AgentSandbox.Server/Extra.cs", "")
        self.build()
        self.builds()
        (self.checkout / "src/AgentSandbox.Server/Extra.cs").unlink()
        (self.checkout / "artifacts/guest/sandboxd").unlink()
        self.build()
        self.assertEqual(["publish guest", "publish server"], self.builds())

    def test_compiler_output_is_no_source(self):
        self.build()
        self.builds()
        self.write("src/AgentSandbox.Server/obj/project.assets.json", "")
        self.write("src/AgentSandbox.Server/bin/Debug/Server.dll", "")
        self.build()
        self.assertEqual([], self.builds())

    def test_a_failed_build_shows_why_and_is_tried_again(self):
        broken = self.scratch / "broken"
        broken.touch()
        failed = self.run_script("build")
        self.assertEqual(1, failed.returncode)
        self.assertIn("error CS1002", failed.stderr)
        broken.unlink()
        self.builds()
        self.build()
        self.assertIn("publish guest", self.builds())

    def test_the_server_takes_the_place_of_the_script(self):
        self.build()
        with subprocess.Popen(
            [self.checkout / "run"], cwd=self.scratch, env=self.environment(DATA_DIR="my data"), stdout=subprocess.PIPE, text=True
        ) as started:
            output = started.stdout.read()
        self.assertEqual(
            f"server {started.pid}  DATA_DIR={self.scratch}/my data GUEST={self.checkout}/artifacts/guest/sandboxd\n", output
        )

    def test_doctor_passes_its_options_on_and_builds_the_server_only(self):
        doctor = self.run_script("doctor", "--json")
        self.assertIn(" doctor --json DATA_DIR=", doctor.stdout)
        self.assertEqual(["publish server"], self.builds())

    def test_image_builds_a_server_that_needs_no_dotnet(self):
        self.tool("docker", '#!/bin/bash\necho "docker $*" >> "$CALLS"\n')
        image = self.run_script("image", "mine:1")
        self.assertEqual(0, image.returncode, image.stderr)
        calls = self.calls()
        self.assertIn("--self-contained", calls)
        self.assertIn("docker build --file deploy/Dockerfile --tag mine:1 .", calls)
        self.assertTrue((self.checkout / "artifacts/image/AgentSandbox.Server").exists())

    def test_a_missing_sdk_is_named(self):
        self.tool("dotnet", "#!/bin/bash\necho '8.0.100 [/usr/share/dotnet/sdk]'\n")
        failed = self.run_script("build")
        self.assertEqual(1, failed.returncode)
        self.assertIn("The .NET 10 SDK is missing", failed.stderr)

    def test_an_old_node_is_named_with_its_version(self):
        self.tool("node", "#!/bin/bash\necho v18.20.4\n")
        failed = self.run_script("build")
        self.assertEqual(1, failed.returncode)
        self.assertIn("found: v18.20.4", failed.stderr)

    def test_missing_packages_come_as_one_command_for_an_ordinary_user(self):
        (self.tools / "mmdebstrap").unlink()
        (self.tools / "ld.lld").unlink()
        self.tool("apt-get", "#!/bin/bash\necho must not be called >&2\n")
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        failed = self.run_script("build", before=user, sbin_is_empty=True)
        self.assertEqual(1, failed.returncode)
        self.assertRegex(failed.stderr, r"(?m)^  sudo apt-get update && sudo apt-get install .* mmdebstrap lld")
        self.assertNotIn("must not be called", failed.stderr)

    def test_with_an_engine_nothing_else_has_to_make_boxes(self):
        for name in ("crun", "mmdebstrap"):
            (self.tools / name).unlink()
        self.tool("apt-get", "#!/bin/bash\necho must not be called >&2\nexit 1\n")
        for settings in ({"RUNTIME": "docker"}, {"DOCKER_SOCKET": "/run/docker.sock"}, {"DOCKER_HOSTS": "tcp://10.0.0.2:2376"}):
            with self.subTest(settings):
                self.build(sbin_is_empty=True, **settings)
        needing = self.run_script("build", sbin_is_empty=True, RUNTIME="oci", DOCKER_SOCKET="/run/docker.sock")
        self.assertEqual(1, needing.returncode)

    @unittest.skipUnless(os.geteuid() == 0, "only root installs packages")
    def test_missing_packages_are_installed_by_root(self):
        (self.tools / "mmdebstrap").unlink()
        self.tool("apt-get", '#!/bin/bash\necho "apt-get $*" >> "$CALLS"\n')
        self.build(sbin_is_empty=True)
        self.assertIn("apt-get install --yes --no-install-recommends mmdebstrap", self.calls())

    def tool(self, name, content):
        path = self.tools / name
        path.unlink(missing_ok=True)
        path.write_text(content)
        path.chmod(0o755)

    def write(self, name, content):
        path = self.checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def build(self, **options):
        built = self.run_script("build", **options)
        self.assertEqual(0, built.returncode, built.stderr)

    def run_script(self, *arguments, before=(), sbin_is_empty=False, **settings):
        script = self.checkout / "run"
        if sbin_is_empty:
            # The script looks for root's tools in their usual places too, where the real ones may be.
            packages = self.checkout / "scripts/packages.sh"
            packages.write_text(packages.read_text().replace("PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin", ""))
        return subprocess.run(
            [*before, script, *arguments], cwd="/", env=self.environment(**settings), capture_output=True, text=True, timeout=60, check=False
        )

    def environment(self, **extra):
        return {
            "PATH": str(self.tools),
            "HOME": str(self.scratch),
            "CALLS": str(self.scratch / "calls"),
            "BROKEN": str(self.scratch / "broken"),
            **extra,
        }

    def calls(self):
        path = self.scratch / "calls"
        text = path.read_text() if path.exists() else ""
        path.unlink(missing_ok=True)
        return text

    def builds(self):
        """What was built since the last look, shortened."""
        return [
            line if line.startswith("npm") else "publish " + line.split("/.")[-1].split()[0]
            for line in self.calls().replace(" --no-audit --no-fund", "").splitlines()
            if line.startswith(("npm", "dotnet publish"))
        ]


if __name__ == "__main__":
    unittest.main()
