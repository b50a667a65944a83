"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from agencies.management.commands.data_dictionary import APPS, PATH, dictionary
from agencies.models import NONE, PERSONAL, SPECIAL, Agency, TenantModel
from assessments.workflow import Status as AssessmentStatus
from jobs.workflow import Status as JobStatus
from tests.conftest import owner

ROOT = Path(__file__).resolve().parent.parent
MODELS = [m for m in apps.get_models() if m._meta.app_label in APPS]
TENANT_MODELS = [m for m in MODELS if issubclass(m, TenantModel)]
# What tells nothing about a person by its type; so do keys to other rows, and choices.
PLAIN = (
    models.UUIDField, models.BooleanField, models.IntegerField, models.FloatField,
    models.DecimalField, models.DateField, models.TimeField, models.DurationField,
)  # fmt: skip
STATUSES = {status.value for one in (AssessmentStatus, JobStatus) for status in one}
# The only homes of a status: the one state machine, and the jobs' engine (see ADR 4).
MOVERS = {"agencies/workflow.py", "jobs/actions.py", "jobs/engine.py"}
# Words of our files and keys of the snapshot that happen to be a status too.
SAME_WORDS = {
    ("assessments/snapshot.py", "submitted"),
    ("reports/demo/script.py", "submitted"),
    ("reports/presenting.py", "draft"),
}
WRITES = {"save", "create", "update", "delete", "get_or_create", "update_or_create"}
FACES = ("views", "api", "forms", "tasks")


@cache
def _code() -> list[tuple[str, ast.Module]]:
    """Every module of the service but migrations: its path from the root, and its tree."""
    paths = [path for app in (*APPS, "config") for path in sorted((ROOT / app).rglob("*.py"))]
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text()))
        for path in paths
        if "migrations" not in path.parts
    ]


def test_imports_keep_the_layers() -> None:
    """The contracts of pyproject.toml."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


def _assigned(node: ast.AST) -> list[ast.expr]:
    """What a statement assigns to, tuples taken apart."""
    if isinstance(node, ast.Assign):
        return [one for target in node.targets for one in ast.walk(target)]
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return [node.target]
    return []


def _sets_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        first = ast.unparse(node.args[1]) if len(node.args) > 1 else ""
        if called == "setattr" and "status" in first:
            return True
        named = {keyword.arg for keyword in node.keywords}
        return "status" in named and called in {"update", "create", "update_or_create"}
    return any(isinstance(t, ast.Attribute) and t.attr == "status" for t in _assigned(node))


def test_status_is_moved_in_one_place() -> None:
    found = {path for path, tree in _code() for node in ast.walk(tree) if _sets_status(node)}
    assert found == MOVERS


def test_status_words_stand_in_workflow_modules() -> None:
    """Elsewhere a state is called by its name, `Status.DRAFT`: a typing error is then an error."""
    found = {
        (path, node.value)
        for path, tree in _code()
        if not path.endswith("workflow.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in STATUSES
    }
    assert found == SAME_WORDS


def _name(model: type[models.Model]) -> str:
    return model.__name__


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_fields_say_what_they_mean(model: type[models.Model]) -> None:
    assert [field.name for field in model._meta.concrete_fields if not field.help_text] == []


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_model_declares_data_class_and_retention(model: type[models.Model]) -> None:
    assert getattr(model, "KEPT", ""), f"{model._meta.label} does not say how long it is kept"
    declared = model.DATA_CLASS
    assert set(declared.values()) <= {NONE, PERSONAL, SPECIAL}
    names = {field.name for field in model._meta.concrete_fields}
    assert set(declared) <= names, f"{model._meta.label}: {set(declared) - names} are no fields"
    for field in model._meta.concrete_fields:
        is_plain = isinstance(field, PLAIN) or field.is_relation or field.choices
        if not is_plain:
            assert field.name in declared, f"{model._meta.label}.{field.name} has no data class"


def test_data_dictionary_is_current() -> None:
    assert PATH.read_text() == dictionary(), "run: make manage CMD=data_dictionary"


@pytest.mark.django_db
def test_key_between_tenant_tables_carries_the_agency() -> None:
    """A ForeignKey without its GuardTable key would let a row point across agencies."""
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
               FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid
                 AND a.attnum = ANY (c.conkey)
               WHERE c.contype = 'f' AND cardinality(c.conkey) = 2"""
        )
        keys = set(cursor.fetchall())
    missing = [
        f"{model._meta.db_table}.{field.column}"
        for model in TENANT_MODELS
        for field in model._meta.concrete_fields
        if field.is_relation
        and issubclass(field.related_model, TenantModel)
        and (model._meta.db_table, field.column, field.related_model._meta.db_table) not in keys
    ]
    assert missing == []


@pytest.mark.parametrize("model", TENANT_MODELS, ids=_name)
def test_key_to_a_tenant_table_is_left_to_the_wall(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model is not Agency:
            tenant = issubclass(field.related_model, TenantModel)
            assert not (tenant and field.db_constraint), f"{model._meta.label}.{field.name}"


def _face_files() -> list[Path]:
    return [
        path
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if any(part.split(".")[0].split("_")[0] in FACES for part in path.relative_to(ROOT).parts)
    ]


@pytest.mark.parametrize("path", _face_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_faces_do_not_write(path: Path) -> None:
    """Writing belongs in actions: a page and the API must call the same one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        verb, target = node.func.attr, ast.unparse(node.func.value)
        writes = verb in WRITES or verb.startswith("bulk_")
        assert not writes or _is_harmless(verb, target), (
            f"{path.name}:{node.lineno} {target}.{verb}"
        )


def _is_harmless(verb: str, target: str) -> bool:
    """Calling an action by its module, or dict.update on a context or headers, is no write."""
    if target.split(".")[-1] == "actions":
        return True
    return verb == "update" and target.split(".")[0] in {"context", "attrs", "headers", "kwargs"}


@pytest.mark.parametrize("app", APPS)
def test_files_and_functions_are_small(app: str) -> None:
    for path in (ROOT / app).rglob("*.py"):
        if "migrations" in path.parts:
            continue
        lines = path.read_text().splitlines()
        assert len(lines) <= 400, f"{path}: {len(lines)} lines; split it by noun"
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                assert size <= 50, f"{path}:{node.lineno} {node.name} is {size} lines"


def test_templates_are_small_and_carry_no_inline_code() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert text.count("\n") <= 120, f"{path} is long"
        if "pdf" not in path.parts:
            for inline in (" style=", "<script>", " onclick=", "javascript:"):
                assert inline not in text, f"{path} has {inline}"


def test_every_setting_is_documented() -> None:
    text = (ROOT / "config" / "settings.py").read_text()
    asked = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
    asked |= set(re.findall(r'"(DATABASE_URL\w*)"', text))
    told = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert len(asked) > 20
    assert asked <= told
