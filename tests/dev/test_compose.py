"""Dockerfile and docker-compose.yml, read where no container engine runs: do they fit the code?"""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev import health, processes, secret_files
from dev.environment import SECRETS
from dev.places import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = (ROOT / "config" / "settings.py").read_text()
DEV = {"BIND", "PORT", "STATE_DIR", "REPLACE", "FILES_ROOT", *SECRETS}
RUN_SECRETS = "/run/secrets/"


def asked_by_settings() -> set[str]:
    found = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))
    return found | set(re.findall(r'"(DATABASE_URL\w*)"', SETTINGS))


def given_to(name: str) -> dict[str, str]:
    """What a service is started with, files named by what they hold."""
    environment: dict[str, str] = SERVICES[name].get("environment", {})
    return {variable.removesuffix("_FILE"): value for variable, value in environment.items()}


def dockerfile(word: str) -> Iterator[list[str]]:
    joined = DOCKERFILE.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.startswith(f"{word} "):
            yield shlex.split(line)[1:]


def stages() -> dict[str, str]:
    """Each stage and what it is made from."""
    return {words[2]: words[0] for words in dockerfile("FROM")}


def test_compose_has_every_service() -> None:
    assert set(SERVICES) == {
        *processes.COMMANDS,
        "prepare",
        "backup",
        "restore",
        "postgres",
        "valkey",
        "clamav",
    }


@pytest.mark.parametrize("name", [*processes.COMMANDS, "prepare"])
def test_service_starts_as_in_make_run(name: str) -> None:
    assert SERVICES[name]["command"] == ["python", "-m", "dev.processes", name]


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_chore_is_a_module_and_starts_only_when_asked(name: str) -> None:
    assert SERVICES[name]["command"] == ["python", "-m", f"dev.{name}"]
    assert (ROOT / "dev" / f"{name}.py").exists()
    assert SERVICES[name]["profiles"] == ["operations"]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_is_read(name: str) -> None:
    assert given_to(name).keys() <= asked_by_settings() | DEV


@pytest.mark.parametrize("name", [*processes.COMMANDS, "prepare"])
def test_every_setting_without_a_default_is_given(name: str) -> None:
    required = set(re.findall(r'env\.\w+\("([A-Z_]+)"\)', SETTINGS)) | {"SCANNER"}
    assert required >= {"SECRET_KEY", "CONTEXT_KEY", "REDIS_URL"}
    assert required <= given_to(name).keys()
    role = processes.ROLES.get(name, "migrate")
    (variable,) = re.findall(rf'"{role}": "(DATABASE_URL\w*)"', SETTINGS)
    given = {other for other in given_to(name) if other.startswith("DATABASE_URL")}
    assert given == {variable}  # and no other login's


@pytest.mark.parametrize("name", list(SERVICES))
def test_no_secret_stands_in_a_variable(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    files = {value for variable, value in environment.items() if variable.endswith("_FILE")}
    asked = {path.removeprefix(RUN_SECRETS) for path in files if path.startswith(RUN_SECRETS)}
    assert len(asked) == len(files)
    assert asked <= set(SERVICES[name].get("secrets", [])) <= set(COMPOSE["secrets"])
    secret = re.compile(r"KEY|PASSWORD|TOKEN|SECRET|_URL")
    named = {name for name in environment if not name.endswith("_FILE")} - {"SERVICE_URL"}
    assert not [name for name in named if secret.search(name)]


def test_every_secret_of_compose_is_made_by_make_secrets(tmp_path: Path) -> None:
    made = secret_files.make(tmp_path / "secrets")
    assert set(made) == set(COMPOSE["secrets"])
    for name, source in COMPOSE["secrets"].items():
        assert source == {"file": f"./{secret_files.FOLDER.name}/{name}"}
    before = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert secret_files.make(tmp_path / "secrets") == []
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == before
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"/secrets/", "/.env"} <= set(ignored)


def test_superusers_password_is_the_same_in_both_files_whichever_is_lost(tmp_path: Path) -> None:
    secret_files.make(tmp_path)
    alone, address = tmp_path / "database_password", tmp_path / "database_url_admin"
    password = alone.read_text()
    for lost in (alone, address):
        lost.unlink()
        assert secret_files.make(tmp_path) == [lost.name]
        assert alone.read_text() == password
        assert f":{password.strip()}@" in address.read_text()


@pytest.mark.parametrize("name", list(SERVICES))
def test_container_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in ("", "0", "root")
    assert service["tmpfs"][0].split("/")[1:] == ["tmp"]
    assert "privileged" not in service


def test_image_runs_as_the_account_of_compose() -> None:
    users = {words[0] for words in dockerfile("USER")}
    assert users == {SERVICES[name]["user"] for name in OURS}
    uid = users.pop().split(":")[0]
    assert DOCKERFILE.count(f"useradd --uid {uid} ") == 2


@pytest.mark.parametrize("name", [*processes.COMMANDS, "postgres", "valkey", "clamav"])
def test_long_running_service_is_watched(name: str) -> None:
    words = SERVICES[name]["healthcheck"]["test"]
    if name in processes.COMMANDS:
        assert words == ["CMD", "python", "-m", "dev.health", name]
        assert name in ("web", "beat", *health.QUEUES)


def test_images_are_pinned_to_a_version_and_postgres_is_one() -> None:
    images = [image for image in stages().values() if image not in stages()]
    images += [service["image"] for service in SERVICES.values()]
    for image in images:
        tag = image.partition(":")[2]
        assert tag
        assert not tag.startswith("latest")
    assert SERVICES["postgres"]["image"] == stages()["operations"]


def test_stages_named_in_compose_exist_and_what_is_copied_exists() -> None:
    assert {SERVICES[name]["build"]["target"] for name in OURS} <= stages().keys()
    admitted = (ROOT / ".dockerignore").read_text().splitlines()
    for *sources, _target in dockerfile("COPY"):
        if sources[0].startswith("--from="):
            assert sources[0].removeprefix("--from=") in stages()
            continue
        for source in sources:
            assert (ROOT / source).exists()
            assert f"!{source.split('/')[0]}" in admitted
    assert not {"!.git", "!.local", "!secrets", "!tests"} & set(admitted)


def test_image_has_every_package_of_the_service() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
    code = {path.split("/")[0] for path in listed.splitlines() if path.endswith("__init__.py")}
    copied = {source for words in dockerfile("COPY") for source in words[:-1]}
    assert code - {"tests"} <= copied


def test_system_packages_come_from_the_one_list() -> None:
    """dev/setup.sh is where they stand; the Dockerfile installs none by itself."""
    assert "apt-get install" not in DOCKERFILE
    assert DOCKERFILE.count("sh /app/dev/setup.sh packages") == 2
    assert "sh dev/setup.sh production" in DOCKERFILE
    listed = (ROOT / "dev" / "setup.sh").read_text()
    for package in ("libpango-1.0-0", "libharfbuzz-subset0", "libmagic1", "python3-venv"):
        assert package in listed


def test_database_is_prepared_by_the_one_script() -> None:
    mounts = dict(mount.split(":")[:2] for mount in SERVICES["postgres"]["volumes"])
    script, sql = "./dev/init-database.sh", "./agencies/sql/bootstrap.sql"
    assert mounts[script].startswith("/docker-entrypoint-initdb.d/")
    assert mounts[script].endswith(".sh")
    assert mounts[sql] == "/bootstrap.sql"
    assert (ROOT / script).stat().st_mode & 0o111
    assert mounts["database"] == "/var/lib/postgresql"  # where 18 keeps its data, by version


def test_only_the_web_is_reached_from_outside_and_only_from_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey", "reports", "beat", "prepare", "backup", "restore"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_virus_check_is_asked_where_it_listens_and_reaches_its_signatures() -> None:
    for name in (*processes.COMMANDS, "prepare"):
        assert given_to(name)["SCANNER"] == "${SCANNER:-clamd}"
        assert given_to(name)["CLAMD_ADDRESS"] == "tcp://clamav:3310"
    assert SERVICES["clamav"]["networks"] == ["inside", "outside"]
    assert "signatures:/var/lib/clamav" in SERVICES["clamav"]["volumes"]


def test_queue_is_kept_on_disk_and_asks_for_a_password() -> None:
    command = SERVICES["valkey"]["command"][-1]
    assert "--appendonly yes" in command
    assert "requirepass" in command
    assert "queue:/data" in SERVICES["valkey"]["volumes"]


def test_what_a_person_has_to_choose_is_in_operations() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    told = (ROOT / "docs" / "operations.md").read_text()
    assert "VERSION" in asked
    assert [name for name in asked if f"`{name}`" not in told and f"{name}=" not in told] == []
