"""The bundles of visitors' pages: made by the real esbuild, made again when a source changes, hashed by the storage."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from deploy import bootstrap, bundles, launch
from deploy.problems import Problem
from site_config.environment import engines

ROOT = bundles.ROOT
PLAYED = "video_pages/static/video_pages/js/player_played.js"
# A page that has chosen a pair loads its sheet beside its own (`home.appearance.fonts`), and it has no other styles.
SHEETS_OF_FONTS = {"fonts_newsreader", "fonts_schibsted"}


@pytest.fixture
def project(tmp_path):
    """A copy of everything that the bundles are made from; node_modules is this project's own."""
    root = tmp_path / "project"
    for app in bundles.APPS:
        shutil.copytree(ROOT / app / "static", root / app / "static")
    shutil.copy(ROOT / "package-lock.json", root)
    (root / "build").mkdir()
    (root / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)
    return root


def forbidden(*_arguments):
    pytest.fail("esbuild was started")


def test_second_start_bundles_nothing(project, monkeypatch):
    bundles.set_up(project)
    assert bundles.is_bundled(project)
    monkeypatch.setattr(bundles, "bundle", forbidden)
    bundles.set_up(project)


def test_of_several_starts_at_once_one_bundles_and_the_others_find_all_files(project):
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path; from deploy import bundles; "
    start += f"root = Path({str(project)!r}); bundles.set_up(root); assert bundles.is_bundled(root)"
    starts = [
        subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _number in range(3)
    ]
    said = [start.communicate()[0] for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], said
    assert "".join(said).count("Bundling") == 1


def test_start_with_the_bundles_of_another_version_is_refused_with_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(bundles, "is_bundled", lambda: False)
    with pytest.raises(Problem, match="another start that uses the same folder"):
        launch.collect_static(tmp_path)


def test_changed_script_or_style_sheet_is_bundled_again(project):
    bundles.set_up(project)
    script = project / PLAYED
    script.write_text(script.read_text().replace("playing", "a-new-event"))
    assert not bundles.is_bundled(project)
    bundles.set_up(project)
    assert "a-new-event" in (bundles.output(project) / "js" / "player_page.js").read_text()
    sheet = project / "home" / "static" / "home" / "css" / "tokens.css"
    sheet.write_text(sheet.read_text() + "\n:root { --new: 1px; }\n")
    bundles.set_up(project)
    for name in bundles.STYLES.keys() - SHEETS_OF_FONTS:
        assert "--new:" in (bundles.output(project) / "css" / f"{name}.css").read_text(), name


def test_new_version_of_a_package_and_a_removed_bundle_are_bundled_again(project):
    bundles.set_up(project)
    (bundles.output(project) / "js" / "list_page.js").unlink()
    assert not bundles.is_bundled(project)
    bundles.set_up(project)
    assert bundles.is_bundled(project)
    (project / "package-lock.json").write_text("{}")
    assert not bundles.is_bundled(project)


def test_mistake_in_a_script_is_one_sentence_with_its_place_and_keeps_the_last_bundles(project):
    bundles.set_up(project)
    (project / PLAYED).write_text("export const = 1;\n")
    with pytest.raises(Problem, match=r"could not be bundled: Expected identifier .*player_played\.js:1:13"):
        bundles.set_up(project)
    assert (bundles.output(project) / "js" / "player_page.js").is_file()


def test_import_that_does_not_exist_is_a_mistake_too(project):
    (project / PLAYED).write_text('import "./nowhere.js";\n')
    with pytest.raises(Problem, match=r'Could not resolve "\./nowhere\.js"'):
        bundles.set_up(project)
    assert not bundles.output(project).exists()


def test_missing_program_is_one_sentence(project):
    (project / "node_modules").unlink()
    with pytest.raises(Problem, match="npm has installed no esbuild"):
        bundles.set_up(project)


@pytest.mark.parametrize("name", ["linux-x64/bin/esbuild", "darwin-arm64/bin/esbuild", "win32-x64/esbuild.exe"])
def test_program_is_where_npm_puts_it_on_each_system(tmp_path, name):
    path = tmp_path / "node_modules" / "@esbuild" / name
    path.parent.mkdir(parents=True)
    path.touch()
    assert bundles.find_esbuild(tmp_path) == path


def test_lock_file_has_esbuild_for_every_system_that_a_site_may_run_on():
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert "dev" not in locked["node_modules/esbuild"]
    for system in ("linux-x64", "linux-arm64", "linux-arm", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"):
        package = locked[f"node_modules/@esbuild/{system}"]
        assert package["optional"] and package["version"] == locked["node_modules/esbuild"]["version"]
        assert package["integrity"].startswith("sha512-")


def test_set_up_makes_the_bundles_after_it_has_installed_the_packages(monkeypatch):
    done = []
    monkeypatch.setattr(bootstrap, "set_up", lambda path: done.append(path.name))
    monkeypatch.setattr(bootstrap.browser_packages, "set_up", lambda npm, with_tools: done.append("packages"))
    monkeypatch.setattr(bootstrap.bundles, "set_up", lambda: done.append("bundles"))
    assert bootstrap.main(["setup"]) == 0
    assert done == ["requirements.txt", "packages", "bundles"]


def test_templates_name_every_bundle_and_no_other():
    text = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    named = set(re.findall(r"'bundles/(\w+/\w+\.\w+)'", text)) | {f"css/{name}.css" for name in SHEETS_OF_FONTS}
    assert named == {f"js/{name}.js" for name in bundles.SCRIPTS} | {f"css/{name}.css" for name in bundles.STYLES}


def test_bundles_have_maps_with_the_sources_and_no_path_of_this_machine(bundled):
    for path in [*bundled.rglob("*.js"), *bundled.rglob("*.css")]:
        text = path.read_text()
        assert f"sourceMappingURL={path.name}.map" in text.splitlines()[-1], path
        source_map = json.loads(path.with_name(f"{path.name}.map").read_text())
        assert len(source_map["sources"]) == len(source_map["sourcesContent"]) > 0
        assert str(ROOT) not in text
        # No eval in a bundle: the content security policy forbids it.
        assert not re.search(r"\beval\(|new Function\(", text), path


def test_storage_hashes_the_names_of_bundles_also_where_they_name_each_other(bundled, tmp_path):
    """`collectstatic` as `make run` does it: an old page never loads a part of a new bundle."""
    options = {"STATIC_ROOT": tmp_path, "STORAGES": engines.storages(manifest=True)}
    with override_settings(**options):
        call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    script = tmp_path / names["bundles/js/player_page.js"]
    imported = re.findall(r'import\("\./([^"]+)"\)', script.read_text())
    assert [re.sub(r"-.*", "", name) for name in sorted(imported)] == ["hls_full", "hls_light", "television"]
    assert 'from"./' not in script.read_text(), "the controls would wait for a second file after the first"
    for name in imported:
        assert re.fullmatch(r"\w+-[A-Z0-9]+\.[0-9a-f]{12}\.js", name)
        assert (script.parent / name).is_file()
    assert (script.parent / re.search(r"sourceMappingURL=(\S+)", script.read_text())[1]).is_file()
    sheet = tmp_path / names["bundles/css/player_page.css"]
    fonts = re.findall(r'url\("?([^")]+)"?\)', sheet.read_text())
    assert len(fonts) == 8
    assert all((sheet.parent / name).resolve().is_file() for name in fonts)
    # whitenoise sends these to browsers that accept gzip.
    assert Path(f"{script}.gz").stat().st_size < 50_000
    assert os.path.exists(f"{sheet}.gz")


def test_bundles_are_there_after_the_set_up():
    """`make test` has made them; `make setup-dev` does so by itself."""
    assert bundles.output().is_dir(), "run `make setup-dev` first"


def test_static_files_include_them(bundled):
    assert finders.find("bundles/js/player_page.js") == str(bundled / "js" / "player_page.js")
