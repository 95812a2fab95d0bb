"""The start of a run with several processes: no module is left out, and a broken one is reported by the collection."""

import sys

import pytest

from tests import run_start


def test_each_process_begins_with_another_part_and_imports_all_modules():
    names = run_start.names()
    turned = [run_start.turned(names, number, 4) for number in range(4)]
    assert all(sorted(each) == names for each in turned)
    quarter = len(names) // 4
    assert {name for each in turned for name in each[: quarter + 1]} == set(names)


def test_every_test_module_has_the_name_by_which_pytest_imports_it():
    assert __name__ in run_start.names() and "tests.core.test_clock" in run_start.names()


@pytest.mark.parametrize("content", ["raise ValueError", "import pytest\npytest.importorskip('no_such_package')"])
def test_a_module_that_cannot_be_imported_is_left_to_the_collection(tmp_path, monkeypatch, content):
    (tmp_path / "broken_module.py").write_text(content)
    (tmp_path / "whole_module.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(run_start, "names", lambda: ["broken_module", "whole_module"])
    run_start.import_from(0, 1)
    assert "whole_module" in sys.modules and "broken_module" not in sys.modules
    monkeypatch.delitem(sys.modules, "whole_module")
