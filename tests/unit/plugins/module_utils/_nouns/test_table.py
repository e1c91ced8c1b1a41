# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every noun of the table, and what a noun must have: one without it fails here.

A noun's own test file has ``EXAMPLE``: the options with which its module creates an object, or none where a deployment has one.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_deployment_info import MODULE as DEPLOYMENT
from ansible_collections.ucops.lync.plugins.module_utils._modules.lync_local_store_check import MODULE as CHECK
from ansible_collections.ucops.lync.plugins.module_utils._nouns.table import NOUNS
from ansible_collections.ucops.lync.plugins.module_utils._resource.converge import configures
from ansible_collections.ucops.lync.plugins.module_utils._resource.inspect import inspects
from ansible_collections.ucops.lync.plugins.module_utils._resource.resource import Resource, desired
from ansible_collections.ucops.lync.plugins.module_utils._resource.setting import FQDN, URL, Setting
from ansible_collections.ucops.lync.plugins.module_utils._rollout.reading import noun_of
from ansible_collections.ucops.lync.plugins.module_utils._store.names import snake_case
from ansible_collections.ucops.lync.plugins.module_utils._store.product import Product
from ansible_collections.ucops.lync.tests.unit.plugins.module_utils import memory
from lynclab.facts import PRODUCTS, output_classes, syntaxes

CHECKOUT = Path(__file__).resolve().parents[5]
PACKAGE = "ansible_collections.ucops.lync"
GENERATION = {
    "lync2010": Product.LYNC_2010,
    "lync2013": Product.LYNC_2013,
    "sfb2015": Product.SFB_2015,
    "sfb2019": Product.SFB_2019,
}
EVERY_TEST = ("test_the_plan", "test_the_way_back", "test_a_change_says_what_it_means_for_others")
"""What is said of each noun in a test of its own."""

each_noun = pytest.mark.parametrize("resource", NOUNS.values(), ids=NOUNS)
each_setting = pytest.mark.parametrize(
    ("resource", "setting"),
    [
        pytest.param(resource, setting, id=f"{name}-{setting.option}")
        for name, resource in NOUNS.items()
        for setting in resource.settings
    ],
)


def own_tests(resource: Resource) -> Any:
    return importlib.import_module(f"{PACKAGE}.tests.unit.plugins.module_utils._nouns.test_{resource.name}")


@each_noun
def test_a_noun_has_tests_of_its_own(resource: Resource) -> None:
    assert [name for name in (*EVERY_TEST, "EXAMPLE") if not hasattr(own_tests(resource), name)] == []


@each_noun
def test_a_noun_has_both_modules_a_playbook_and_a_row_in_the_readme(resource: Resource) -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    for module, spec in (
        (f"lync_{resource.name}", resource.argument_spec),
        (f"lync_{resource.name}_info", inspects(resource).argument_spec),
    ):
        declared = importlib.import_module(f"{PACKAGE}.plugins.modules.{module}").MODULE
        assert spec.items() <= declared.argument_spec.items()
        assert f"`{module}`" in readme
    assert (CHECKOUT / f"tests/integration/test_{resource.name}.py").is_file()
    assert (CHECKOUT / f"roles/hybrid/tasks/apply/{resource.name}.yml").is_file()


@each_noun
def test_no_option_or_parameter_is_declared_twice(resource: Resource) -> None:
    settings = resource.all_settings
    assert (
        len({one.option for one in settings} | set(resource.further) | {"state"})
        == len(settings) + len(resource.further) + 1
    )
    assert len({one.parameter for one in settings}) == len(settings)


@each_noun
def test_named_options_are_settings(resource: Resource) -> None:
    options = {setting.option for setting in resource.settings}
    named = {*resource.created_with, *resource.required_to_create, *resource.retired_with}
    assert named | set(resource.reset.values if resource.reset else ()) <= options


@each_setting
def test_an_option_that_is_not_the_snake_case_of_its_parameter_is_said_on_purpose(
    resource: Resource, setting: Setting
) -> None:
    spelled = snake_case(setting.parameter)
    assert setting.option == spelled or spelled.replace("_", "") == setting.option.replace("_", "")


@each_setting
def test_a_setting_is_a_documented_property_and_parameter_since_its_product(
    resource: Resource, setting: Setting
) -> None:
    """The lab's facts are those of learn.microsoft.com. Later products may have dropped it: their servers do not show it."""
    shown = {product for product in PRODUCTS if setting.parameter in properties(resource, product)}
    assert min(map(GENERATION.__getitem__, shown)) == setting.since
    if setting.reads is not None:  # told in another way than by a parameter of that name
        return
    verbs = ["New"] if resource.key else []
    verbs += [] if setting.immutable else ["Set"]
    for verb in verbs:
        taken = {product for product in PRODUCTS if setting.parameter in parameters(f"{verb}-{resource.noun}", product)}
        assert taken == shown, f"{verb}-"


def properties(resource: Resource, product: str) -> set[str]:
    return {name for one in output_classes(resource.read.name, product).values() for name in one.properties}


def parameters(cmdlet: str, product: str) -> set[str]:
    return {one.name for one in syntaxes(product, "desktop")[cmdlet.lower()].parameters}


@each_setting
def test_each_setting_can_be_changed_proven_and_taken_back(resource: Resource, setting: Setting) -> None:
    deployment = world(resource)
    held = deployment.answer(resource.read)
    if setting.immutable or setting.reads or not setting.shown_by(held[-1]):
        pytest.skip("it cannot be changed, or not alone, or not in this deployment")
    identity = resource.identity_of(held[-1])
    before = setting.of(held[-1])
    module = configures(resource)
    for value in other_values(setting, before):
        task = memory.task_of(module, deployment, **options_of(resource, identity, {setting.option: value}))
        module.run(task)
        assert task.result["changed"] is True
        assert setting.same(setting.of(deployment.answer(resource.read)[-1]), value)

        deployment.replicate()
        settings = {resource.name: {identity: {setting.option: value}}}
        check = memory.task_of(CHECK, deployment, settings=settings, timeout=0)
        CHECK.run(check)
        assert check.result["differences"] == []

        old = {setting.option: "" if before is None else before}
        change = memory.planned(resource, deployment, **options_of(resource, identity, old))
        assert task.result["inverse"] == [str(cmdlet) for cmdlet in change.cmdlets]
        deployment.answer(change.cmdlets[0])
        assert emptied(deployment.answer(resource.read)) == emptied(held)


def emptied(objects: list[memory.Object]) -> list[memory.Object]:
    """What is cleared may be shown as nothing or as empty text."""
    return [{name: None if value == "" else value for name, value in found.items()} for found in objects]


@each_noun
def test_an_object_is_created_and_removed_and_its_way_back_recreates_it(resource: Resource) -> None:
    if resource.key is None:
        pytest.skip("a deployment has one")
    deployment = world(resource)
    identity = own_tests(resource).EXAMPLE[resource.key.option]
    held = deployment.answer(resource.read)
    change = memory.planned(resource, deployment, **options_of(resource, identity, {"state": "absent"}))
    deployment.answer(change.cmdlets[0])
    assert resource.named(deployment.answer(resource.read), identity) is None
    for cmdlet in change.inverse:
        deployment.answer(cmdlet)
    assert deployment.answer(resource.read) == held


@each_noun
def test_the_reading_of_a_deployment_has_all_that_its_rules_read(resource: Resource) -> None:
    """The role plans from that document: what it lacks could not be planned there."""
    wanted = desired(resource, memory.validated(resource.argument_spec, **own_tests(resource).EXAMPLE))
    task = memory.task_of(DEPLOYMENT, memory.Deployment(product="sfb2019"))
    DEPLOYMENT.run(task)
    assert {noun_of(read) for read in wanted.reads} <= set(task.result["reading"]["objects"])


def world(resource: Resource) -> memory.Deployment:
    """A deployment of the newest product, which has every setting, with one object of the noun."""
    deployment = memory.Deployment(product="sfb2019")
    example = own_tests(resource).EXAMPLE
    if example:
        task = memory.task_of(configures(resource), deployment, **example)
        configures(resource).run(task)
    deployment.replicate()
    return deployment


def options_of(resource: Resource, identity: str, options: dict[str, Any]) -> dict[str, Any]:
    key = {} if resource.key is None else {resource.key.option: identity}
    return {**key, **options}


def other_values(setting: Setting, held: Any) -> list[Any]:
    """Values that mean something else than the one held."""
    kind = setting.kind
    if kind.type == "bool":
        return [not held]
    if kind.type == "int":
        return [next(value for value in (kind.minimum, kind.maximum) if value != held)]
    values: list[Any] = list(kind.choices) or (
        ["other.example"] if kind is FQDN else ["https://other.example/x"] if kind is URL else ["Other text"]
    )
    return [value for value in values if not setting.same(value, held)]
