#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as scripts see it: exit statuses, files that are whole, the same bytes everywhere.

usage: test_cli.py ZHIXING_CLI [unittest arguments]
"""
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

CLI = os.path.abspath(sys.argv.pop(1))


def run(*words, expect=0, env=None, cwd=None):
    result = subprocess.run([CLI, *map(str, words)], capture_output=True, text=True, cwd=cwd, check=False,
                            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}, timeout=300)
    assert expect is None or result.returncode == expect, \
        f"{words}: exit {result.returncode}, wanted {expect}\n{result.stdout}\n{result.stderr}"
    return result


def across(feature):
    """From the westernmost to the easternmost point of a service area, degrees."""
    parts = feature["geometry"]["coordinates"]
    polygons = [parts] if feature["geometry"]["type"] == "Polygon" else parts
    lon = [point[0] for polygon in polygons for ring in polygon for point in ring]
    return max(lon) - min(lon)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Shared(unittest.TestCase):
    """One town, run once; each test works on a copy."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="zhixing-cli-")
        cls.files = os.path.join(cls.folder, "files")
        cls.project = os.path.join(cls.folder, "town.gpkg")
        run("sample", cls.files, "--size", "town", "--seed", "7")
        run("new", cls.project, os.path.join(cls.files, "recipe.ini"))
        cls.fresh = os.path.join(cls.folder, "unrun.gpkg")
        shutil.copy(cls.project, cls.fresh)
        cls.output = run("run", cls.project, "--sites", 2).stdout

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def path(self, name):
        return os.path.join(self.folder, f"{self.id().split('.')[-1]}-{name}")


class Contract(Shared):
    def test_usage_errors_exit_with_2(self):
        for words in ([], ["nonsense"], ["run"], ["report", self.project], ["look"], ["run", self.project, "--bogus"],
                      ["run", self.project, "--until", "nowhere"], ["sample", self.path("x"), "--size", "galaxy"]):
            run(*words, expect=2)

    def test_failures_exit_with_1_and_one_sentence(self):
        for words in (["run", "/nonexistent.gpkg"], ["new", self.project, self.files + "/recipe.ini"],
                      ["new", self.path("none.gpkg"), self.folder],
                      ["new", self.path("nowhere") + "/a.gpkg", self.files + "/recipe.ini"],
                      ["run", self.project, "--sites", "0"], ["run", self.project, "--set", "siting.n_sites=abc"],
                      ["run", self.project, "--set", "no.such=1"], ["export", self.project, "-o", "x.csv", "--layer", "none"],
                      ["look", "/nonexistent.csv"]):
            result = run(*words, expect=1)
            lines = [line for line in result.stderr.splitlines() if line.startswith("zhixing-cli:")]
            self.assertEqual(len(lines), 1, result.stderr)

    def test_help_works_for_every_command(self):
        text = run("--help").stdout
        for command in ("look", "new", "check", "run", "report", "export", "info", "area", "fit", "crossvalidate", "sample",
                        "locate", "flow", "hosting", "n1"):
            self.assertIn(command, text)
            self.assertIn("zhixing-cli " + command, run(command, "--help").stdout)

    def test_info_json_has_a_gap_for_the_plan(self):
        info = json.loads(run("info", self.project, "--json").stdout)
        self.assertEqual([stage["name"] for stage in info["stages"]],
                         ["open", "check", "seal", "travel", "heat", "headroom", "believe", "score", "choose"])
        self.assertTrue(all(stage["state"] == "fresh" for stage in info["stages"]), info["stages"])
        plan = info["plan"]
        self.assertGreaterEqual(plan["bound"], plan["value"])
        self.assertGreaterEqual(plan["gap"], 0)
        self.assertEqual(len(plan["sites"]), 2)
        self.assertEqual(len(info["ledger_head"]), 64)
        # A limit that is eased cannot make the plan worse: its own sizes stay on offer.
        eased = [v for v in plan["variants"] if v["kind"] in ("spacing", "no-grid", "room")]
        self.assertGreaterEqual(len(eased), 3)
        for variant in eased:
            self.assertGreaterEqual(variant["value"], variant["base"] * (1 - 1e-9), variant)

    def test_a_second_run_reuses_everything(self):
        project = self.path("again.gpkg")
        shutil.copy(self.project, project)
        before = json.loads(run("info", project, "--json").stdout)
        run("run", project)
        after = json.loads(run("info", project, "--json").stdout)
        self.assertEqual(before["stages"], after["stages"])
        self.assertEqual(before["ledger_head"], after["ledger_head"])

    def test_a_setting_makes_only_later_stages_stale(self):
        project = self.path("stale.gpkg")
        shutil.copy(self.project, project)
        before = {s["name"]: s for s in json.loads(run("info", project, "--json").stdout)["stages"]}
        run("run", project, "--sites", 1)
        after = {s["name"]: s for s in json.loads(run("info", project, "--json").stdout)["stages"]}
        for stage in ("seal", "travel", "heat", "believe", "score"):
            self.assertEqual(before[stage], after[stage])
        self.assertNotEqual(before["choose"]["fingerprint"], after["choose"]["fingerprint"])


    def test_a_city_without_a_name_is_called_like_its_file(self):
        project = self.path("little.town.gpkg")
        run("new", project, os.path.join(self.files, "roads.geojson"))
        run("run", project, "--until", "seal")
        name = os.path.basename(project).removesuffix(".gpkg")
        self.assertEqual(json.loads(run("info", project, "--json").stdout)["city"]["name"], name)


class Files(Shared):
    def test_exports_open_elsewhere(self):
        for name, layer, head in (("a.csv", "sites", b"rank"), ("r.csv", "service_areas", b"rank"), ("a.geojson", "cells", b"{"), ("a.gpkg", None, b"SQLite format 3"),
                                  ("a.tif", "usage_heat", b"II"), ("a.fgb", "candidates", b"fgb"), ("a.kml", "sites", b"<?xml")):
            path = self.path(name)
            run("export", self.project, "-o", path, *(["--layer", layer] if layer else []))
            with open(path, "rb") as file:
                self.assertTrue(file.read(64).lstrip(b"\xef\xbb\xbf").startswith(head), name)

    def test_service_area_is_geojson(self):
        sites = self.path("sites.csv")
        run("export", self.project, "-o", sites, "--layer", "sites")
        with open(sites, encoding="utf-8") as file:
            names = file.readline().strip().split(",")
            row = file.readline().strip().split(",")
        place = f"{row[names.index('lon_wgs84')]},{row[names.index('lat_wgs84')]}"
        path = self.path("area.geojson")
        run("area", self.project, "--at", place, "--minutes", "5,10", "-o", path)
        with open(path, encoding="utf-8") as file:
            features = json.load(file)["features"]
        self.assertEqual([f["properties"]["minutes"] for f in features], [5, 10])
        self.assertEqual([f["properties"].get("hour") for f in features], [None, None])
        run("area", self.project, "--at", place, "--minutes", "10", "--hour", "3", "--arriving", "-o", path)
        with open(path, encoding="utf-8") as file:
            night = json.load(file)["features"]
        self.assertEqual(night[0]["properties"]["hour"], 3)
        self.assertGreater(across(night[0]), across(features[1]), "free flow at night reaches farther")

    def test_a_wrong_speed_table_is_refused_by_name(self):
        table = self.path("speeds.ini")
        for text, named in (("[speed]\nprimary=999\n", "primary"), ("[hours]\nall=1;1\n", "24"), ("[rules]\nurban_factor=0.06\n", "travel.urban_factor")):
            with open(table, "w", encoding="utf-8") as file:
                file.write(text)
            answer = run("run", self.project, "--speeds", table, "--until", "travel", expect=1)
            self.assertIn(named, answer.stderr)

    def test_report_is_a_clean_tagged_pdf(self):
        for language, word in (("zh_CN", "充电站选址参考数据报告"), ("en", "reference data")):
            path = self.path(language + ".pdf")
            run("report", self.project, "-o", path, "--lang", language)
            subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
            info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
            self.assertRegex(info, r"Tagged:\s+yes")
            self.assertRegex(info, r"Page size:\s+595")
            text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
            self.assertTrue(word in text, f"{word} is not in the text of the {language} report")
            fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
            for line in fonts.splitlines()[2:]:
                self.assertRegex(line, r"\byes\s+yes\s+yes\b", "a font is not embedded, not a subset or without ToUnicode")

    def test_no_temporaries_are_left(self):
        run("export", self.project, "-o", self.path("b.gpkg"))
        self.assertEqual([name for name in os.listdir(self.folder) if ".zx-" in name or name.endswith("-journal")], [])


class FullDisk(Shared):
    """No write may go past a limit, as on a full disk: with the signal ignored the system refuses, else it kills."""

    def tree(self):
        return {name: digest(os.path.join(self.folder, name)) for name in os.listdir(self.folder)
                if os.path.isfile(os.path.join(self.folder, name))}

    def limited(self, limit, action, *words):
        def set_limit():
            signal.signal(signal.SIGXFSZ, action)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return subprocess.run([CLI, *map(str, words)], capture_output=True, text=True, check=False, timeout=300,
                              preexec_fn=set_limit, env={**os.environ, "LC_ALL": "C.UTF-8"})

    def test_what_cannot_be_written_is_not_there(self):
        before = self.tree()
        for name, words in (("a.pdf", ["report"]), ("a.gpkg", ["export"]), ("a.csv", ["export", "--layer", "cells"]),
                            ("a.geojson", ["export", "--layer", "cells"]), ("a.tif", ["export", "--layer", "usage_heat"]),
                            ("a.fgb", ["export", "--layer", "cells"])):
            result = self.limited(8192, signal.SIG_IGN, words[0], self.project, "-o", self.path(name), *words[1:])
            self.assertEqual(result.returncode, 1, (name, result.stderr))
            self.assertEqual(len([line for line in result.stderr.splitlines() if line.startswith("zhixing-cli:")]), 1)
            self.assertEqual(self.tree(), before, name)

    def test_a_project_is_as_it_was(self):
        project, killed = self.path("kept.gpkg"), self.path("killed.gpkg")
        for path in (project, killed):
            shutil.copy(self.project, path)
        before, info = self.tree(), run("info", project, "--json").stdout
        for limit in (4096, 1 << 16):
            result = self.limited(limit, signal.SIG_IGN, "run", project, "--sites", 3)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertEqual(self.tree(), before, limit)
        for limit in (1 << 16, os.path.getsize(project) // 2):
            self.assertEqual(self.limited(limit, signal.SIG_DFL, "run", killed, "--sites", 3).returncode, -signal.SIGXFSZ)
            self.assertEqual(run("info", killed, "--json").stdout, info)
        run("run", killed, "--sites", 3)
        self.assertEqual(sorted(self.tree()), sorted(before))


class Settling(Shared):
    """Ctrl-C once a plan stands ends the search and keeps the plan."""

    def interrupted(self):
        project = self.path("run.gpkg")
        shutil.copy(self.project, project)
        before = digest(project)
        words = [CLI, "run", project, "--sites", "4", "--time-limit", "120", "--set", "siting.gap_goal=0"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"}) as process:
            for line in process.stderr:
                if "Ctrl-C ends the search" in line:
                    break
            process.send_signal(signal.SIGINT)
            output, error = process.communicate(timeout=100)
        return process.returncode, output + error, project, digest(project) != before

    def test_the_first_keeps_the_plan(self):
        status, text, project, is_new = self.interrupted()
        self.assertEqual(status, 0, text)
        self.assertIn("ended by the planner", text)
        self.assertTrue(is_new)
        plan = json.loads(run("info", project, "--json").stdout)["plan"]
        self.assertTrue(plan["settled"] and len(plan["sites"]) == 4 and plan["bound"] >= plan["value"] > 0)

    def test_required_and_banned_places_are_kept(self):
        project, places = self.path("run.gpkg"), self.path("sites.geojson")
        shutil.copy(self.project, project)

        def sites():
            return [site["candidate"] for site in json.loads(run("info", project, "--json").stdout)["plan"]["sites"]]
        first, second = sites()
        run("export", project, "-o", places, "--layer", "sites")
        with open(places, encoding="utf-8") as file:
            best = json.load(file)["features"][0]
        name, place = best["properties"]["id"], ",".join(map(str, best["geometry"]["coordinates"]))
        for words in (["--ban", "nowhere"], ["--require", "0,0"]):
            run("run", project, *words, expect=1)
        run("run", project, "--ban", name)
        self.assertNotIn(first, sites())
        run("run", project, "--require", place)
        self.assertIn(first, sites())
        run("run", project, "--forget-locks")
        self.assertEqual(sites(), [first, second])

    def test_where_the_grid_is_full_its_limits_change_the_plan_and_the_report_says_so(self):
        project, path = self.path("run.gpkg"), self.path("report.pdf")
        shutil.copy(self.project, project)

        def plan_and_text(*words):
            run("run", project, "--sites", 4, "--set", "power.plan_rate=0.5", *words)
            run("report", project, "-o", path, "--lang", "en")
            text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
            return json.loads(run("info", project, "--json").stdout)["plan"], " ".join(text.split())
        tight, said = plan_and_text()
        self.assertIn("The grid holds the plan back: without its limits the best plan found would serve", said)
        free, unsaid = plan_and_text("--set", "siting.ignore_grid=1")
        self.assertNotIn("The grid holds the plan back", unsaid)
        self.assertGreater(free["value"], 1.1 * tight["value"])
        self.assertNotEqual(*({site["candidate"] for site in plan["sites"]} for plan in (tight, free)))

    def test_a_time_limit_keeps_the_plan(self):
        project = self.path("run.gpkg")
        shutil.copy(self.project, project)
        run("run", project, "--sites", 4, "--time-limit", "0.01")
        plan = json.loads(run("info", project, "--json").stdout)["plan"]
        self.assertTrue(not plan["settled"] and len(plan["sites"]) == 4 and plan["bound"] >= plan["value"] > 0)
        run("run", project, "--time-limit", "-1", expect=1)


class SameBytes(Shared):
    """Plan and report: the same bytes on 1 and 2 threads, under three locales and two time zones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.locales = os.path.join(cls.folder, "locales")
        os.mkdir(cls.locales)
        for name in ("zh_CN", "de_DE"):  # a bare system has none, and the test would pass without testing anything
            subprocess.run(["localedef", "-i", name, "-f", "UTF-8", f"{cls.locales}/{name}.UTF-8"], check=False,
                           capture_output=True)
            assert os.path.isdir(f"{cls.locales}/{name}.UTF-8"), f"the locale {name} could not be made"

    def test_same_bytes_everywhere(self):
        seen = set()
        for number, env in enumerate(({"ZX_THREADS": "1", "LC_ALL": "C", "TZ": "UTC"},
                                      {"ZX_THREADS": "2", "LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"},
                                      {"ZX_THREADS": "2", "LC_ALL": "de_DE.UTF-8", "TZ": "America/Sao_Paulo"})):
            env["LOCPATH"] = self.locales
            project, report, sites = (self.path(f"{number}.gpkg"), self.path(f"{number}.pdf"), self.path(f"{number}.csv"))
            shutil.copy(self.fresh, project)
            run("run", project, "--sites", 2, env=env)
            run("report", project, "-o", report, "--lang", "zh_CN", env=env)
            run("export", project, "-o", sites, "--layer", "sites", env=env)
            info = json.loads(run("info", project, "--json", env=env).stdout)
            prints = tuple(stage["fingerprint"] for stage in info["stages"])
            seen.add((digest(report), digest(sites), json.dumps(info["plan"]), prints))
        self.assertEqual(len(seen), 1)


class Locate(unittest.TestCase):
    def test_a_small_median_is_proven(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "three.txt")
            with open(path, "w", encoding="ascii") as file:
                file.write("3 3 1\n1 2 4\n2 3 5\n2 1 9\n")
            found = json.loads(run("locate", path, "--format", "orlib-pmed", "--json").stdout)
            self.assertEqual((found["value"], found["bound"], found["sites"], found["proven"]), (14, 14, [1], True))
            run("locate", path, "--format", "mclp", expect=1)
            run("locate", path, "--format", "nonsense", expect=2)
            run("locate", path, "--format", "orlib-pmed", "--time-limit", "never", expect=2)


class Cancel(Shared):
    def test_interrupt_leaves_the_project_as_it_was(self):
        for delay in (0.05, 0.3, 0.8):
            project = self.path("cancelled.gpkg")
            shutil.copy(self.fresh, project)
            before = digest(project)
            process = subprocess.Popen([CLI, "run", project], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            status = process.wait(timeout=20)
            if status == 0:  # it was faster than we
                continue
            self.assertIn(status, (1, -signal.SIGINT))
            self.assertEqual(digest(project), before)
            run("info", project)

    def test_kill_leaves_a_readable_project(self):
        for delay in (0.1, 0.5, 1.0):
            project = self.path("killed.gpkg")
            shutil.copy(self.fresh, project)
            process = subprocess.Popen([CLI, "run", project], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.kill()
            process.wait()
            run("info", project)


class Tables(unittest.TestCase):
    """The demand model on plain tables: right in form, or one sentence that names the row."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="zhixing-cli-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.areas = self.write("areas.csv", "id,y,E,x", "1,1,2,0.1", "2,3,2,0.4", "3,,3,0.9", "4,5,2,0.2", "island,0,1,0.3")
        self.edges = self.write("edges.csv", "a,b", "1,2", "2,3", "3,4")

    def write(self, name, *lines):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def fit(self, *words, **more):
        output = os.path.join(self.folder, "posterior.csv")
        result = run("fit", "-o", output, *words, **more)
        return result, output

    def test_fit_of_areas(self):
        draws = os.path.join(self.folder, "draws.csv")
        checks = os.path.join(self.folder, "checks.csv")
        result, first = self.fit("--areas", self.areas, "--edges", self.edges, "--threads", 1, "--checks", checks, "--draws", 9,
                                 draws)
        for word in ("WAIC", "log CPO", "Overlap", "Moran"):
            self.assertIn(word, result.stdout)
        with open(checks, encoding="utf-8") as file:
            self.assertEqual(file.readline().strip(), "observation,log_cpo,pit,residual,how")
        with open(first, encoding="utf-8") as file:
            rows = [line.strip().split(",") for line in file]
        self.assertEqual(rows[0][:4], ["variable", "mean", "sd", "q2.5"])
        names = [row[0] for row in rows[1:]]
        for name in ("b[1]", "b[2]", "sigma", "phi", "s[3]", "s[island]", "eta[3]", "logprec", "logitphi"):
            self.assertIn(name, names)
        for row in rows[1:]:
            values = [float(value) for value in row[1:]]
            self.assertEqual(values[2:], sorted(values[2:]), row[0])
        with open(draws, encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 10)
        before = digest(first)
        _, again = self.fit("--areas", self.areas, "--edges", self.edges, "--threads", 2)
        self.assertEqual(before, digest(again))

    def test_vehicles_as_a_second_likelihood(self):
        cells = self.write("cells.csv", "cell,x_m,y_m,cars,km2,x_cars",
                           *(f"{c},{c % 6 * 1000},{c // 6 * 1000},{(c * 7) % 11},1,{((c * 7) % 11) / 5 - 1}" for c in range(36)))
        edges = self.write("grid.csv", "a,b", *(f"{c},{c + 1}" for c in range(36) if c % 6 < 5), *(f"{c},{c + 6}" for c in range(30)))
        stations = self.write("stations.csv", "station_id,cell,exposure,y",
                              *(f"{i},{i * 5 % 36},10,{20 + i * 13 % 17}" for i in range(40)))
        words = ("--stations", stations, "--cells", cells, "--edges", edges, "--vehicles", "cars", "--replaces", "x_cars", "--mode-only")
        result, _ = self.fit(*words)
        self.assertIn("Taken: vehicles as a covariate", result.stdout)
        draws = os.path.join(self.folder, "draws.csv")
        result, output = self.fit(*words, "--joint", "--vehicles-area", "km2", "--draws", 5, draws)
        self.assertIn("copy", result.stdout)
        with open(output, encoding="utf-8") as file:
            self.assertNotIn("nan", file.read())
        self.fit("--stations", stations, "--cells", cells, "--edges", edges, "--joint", expect=2)

    def test_weights_of_evidence(self):
        rows = [f"{i},{1 + (i > 12) * 3 + i * 5 % 7},1,{i + i * 7 % 5},{i * 11 % 24}" for i in range(24)]
        areas = self.write("many.csv", "id,y,E,x_rises,x_jumps", *rows)
        edges = self.write("chain.csv", "a,b", *(f"{i},{i + 1}" for i in range(23)))
        weights = os.path.join(self.folder, "weights.csv")
        result, _ = self.fit("--areas", areas, "--edges", edges, "--weights", weights)
        self.assertIn("Events observed", result.stdout)
        with open(weights, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertTrue(lines[0].startswith("factor,above,up_to,cells,events,weight,"))
        self.assertEqual(sum(int(line.split(",")[3]) for line in lines if line.startswith("x_rises")), 24)
        self.fit("--areas", areas, "--edges", edges, "--weights", weights, "--classes", 9, expect=2)

    def test_crossvalidate(self):
        rows = [f"{i},{i % 5 + 1},1000,{80 + i * 37 % 50},{i * 7 % 11},{i % 4}" for i in range(60)]
        stations = self.write("stations.csv", "station_id,cell,exposure,y,x_own,part", *rows)
        cells = self.write("cells.csv", "cell,x_m,y_m", *(f"{c},{c * 1000},0" for c in range(1, 6)))
        seen = set()
        for threads in (1, 2):
            output = os.path.join(self.folder, "by_station.csv")
            words = run("crossvalidate", "--stations", stations, "--cells", cells, "--edges", self.edges, "--folds", "part",
                        "--members", "level,process,forest", "--threads", threads, "-o", output).stdout
            self.assertIn("Mean log score", words)
            seen.add(digest(output))
        self.assertEqual(len(seen), 1)
        with open(output, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual(lines[0], "station_id,logs,crps,q2.5,q10,q25,q50,q75,q90,q97.5")
        self.assertEqual(len(lines), 61)
        run("crossvalidate", "--stations", stations, "--cells", cells, "--edges", self.edges, "--folds", "none", "-o", output,
            expect=1)

    def test_what_cannot_be_fitted_names_the_row(self):
        bad = (("areas.csv", ("id,y,E", "1,1,2", "2,1,0", "3,1,1"), "row 2"), ("areas.csv", ("id,y,E", "1,1.5,2"), "row 1"),
               ("areas.csv", ("id,y,E", "1,nan,2"), "row 1"), ("areas.csv", ("id,y,E", "1,-1,2"), "row 1"),
               ("areas.csv", ("id,y,E", "1,1,2", "1,1,2"), "row 2"), ("areas.csv", ("id,y,E", "1,1"), "row 1"),
               ("areas.csv", ("id,y", "1,1"), "exposure"), ("edges.csv", ("a,b", "1,2", "2,1"), "row 2"),
               ("edges.csv", ("a,b", "1,1"), "row 1"), ("edges.csv", ("a,b", "1,9"), "row 1"))
        for name, lines, word in bad:
            with self.subTest(lines=lines):
                other = self.write("bad-" + name, *lines)
                words = (other, self.edges) if name == "areas.csv" else (self.areas, other)
                result, output = self.fit("--areas", words[0], "--edges", words[1], expect=1)
                self.assertIn(word, result.stderr)
                self.assertFalse(os.path.exists(output))


class Feeders(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="zhixing-cli-")
        self.addCleanup(shutil.rmtree, self.folder)

    NODES = "node_id,type,base_kv,p_mw,q_mvar\na,slack,10,0,0\nb,pq,10,0.5,0.1\nc,pq,10,0.2,0\n"
    BRANCHES = ("branch_id,from_node,to_node,r_pu,x_pu,status\n1,a,b,0.05,0.04,1\n2,b,c,0.05,0.04,1\n"
                "3,a,c,0.05,0.04,0\n")

    def case(self, **files):
        folder = os.path.join(self.folder, "case")
        os.makedirs(folder, exist_ok=True)
        files = {"nodes.csv": self.NODES, "branches.csv": self.BRANCHES, "case.json": '{"base_mva": 1}', **files}
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        return folder

    def test_flow_hosting_and_outages_write_their_tables(self):
        folder = self.case(**{"day.csv": "hour,load_multiplier\n0,0.5\n1,1\n"})
        run("flow", folder, "-o", folder + "/out")
        run("flow", folder, "--series", folder + "/day.csv", "-o", folder + "/out")
        run("hosting", folder, "-o", folder + "/out/hc.csv")
        run("n1", folder, "-o", folder + "/out/n1.csv")
        for name, head, rows in (("nodes", "node_id,vm_pu,va_deg", 3), ("branches", "branch_id,p_from_mw,", 2),
                                 ("series", "hour,load_multiplier,losses_kw,", 2), ("hc", "node_id,hc_kw,limit,", 2),
                                 ("n1", "outage_branch,unsupplied_kw,", 2)):
            with open(f"{folder}/out/{name}.csv", encoding="utf-8") as file:
                lines = file.read().splitlines()
            self.assertTrue(lines[0].startswith(head), lines[0])
            self.assertEqual(len(lines), rows + 1)

    def test_hours_tell_events_duration_and_profiles(self):
        folder = self.case(**{"branches.csv": self.BRANCHES.replace("status", "status,rate_mva").replace(",1\n", ",1,0.8\n")
                                              .replace(",0\n", ",0,0.8\n")})
        with open(folder + "/year.csv", "w", encoding="utf-8") as file:
            file.write("hour,load_multiplier,kw:c\n")
            for hour in range(96):
                file.write(f"{hour},0.5,{600 if 18 <= hour % 24 < 21 else 0}\n")
        out = run("flow", folder, "--series", folder + "/year.csv", "--start", "2025-03-07", "-o", folder + "/out").stdout
        self.assertIn("4 over events", out)
        with open(folder + "/out/events.csv", encoding="utf-8") as file:
            first = file.read().splitlines()[1].split(",")
        self.assertEqual(first[:3] + first[5:], ["1", "line", "800", "0", "0", "4", "12"])
        with open(folder + "/out/profiles.csv", encoding="utf-8") as file:
            rows = [line.split(",")[:4] for line in file.read().splitlines()[1:]]
        self.assertEqual({(row[0], row[1], row[3]) for row in rows}, {("spring", "weekday", "2"), ("spring", "weekend", "2")})
        self.assertTrue(os.path.exists(folder + "/out/duration.csv"))
        self.assertIn("names no node", run("flow", folder, "--series", self.bad_station(folder), "-o", folder, expect=1).stderr)
        self.assertIn("is no day", run("flow", folder, "--series", folder + "/year.csv", "--start", "May", "-o", folder,
                                       expect=1).stderr)

    @staticmethod
    def bad_station(folder):
        with open(folder + "/bad.csv", "w", encoding="utf-8") as file:
            file.write("hour,load_multiplier,kw:z\n0,1,5\n")
        return folder + "/bad.csv"

    def test_two_layers_with_other_names_are_a_case(self):
        folder = self.case(**{"other.csv": self.NODES.replace("p_mw", "P")})
        case = run("flow", folder, "-o", folder + "/out").stdout
        pair = run("flow", folder + "/other.csv", folder + "/branches.csv", "--column", "p_mw=P", "-o", folder + "/out")
        self.assertEqual(case, pair.stdout)

    def test_random_sites_and_remedies(self):
        folder = self.case()
        run("hosting", folder, "--spread", folder + "/spread.csv", "--site-kw", 50, "--draws", 20)
        with open(folder + "/spread.csv", encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("source,nodes,mean_kw,"))
        self.assertIn("larger conductors", run("hosting", folder, "--node", "c", "--want", 5000).stdout)
        self.assertIn("no node", run("hosting", folder, "--node", "z", "--want", 1, expect=1).stderr)

    def test_a_set_is_checked_at_once_and_charging_keeps_its_hours(self):
        folder = self.case(**{"set.csv": "node_id,kw\nb,50\nc,50\n", "large.csv": "node_id,kw\nc,90000\n",
                              "day.csv": "hour,load_multiplier\n" + "".join(f"{h},{0.2 if h < 6 else 1}\n" for h in range(24))})
        self.assertIn("hold:", run("hosting", folder, "--together", folder + "/set.csv").stdout)
        self.assertIn("do not hold", run("hosting", folder, "--together", folder + "/large.csv").stdout)
        self.assertIn("all hold", run("hosting", folder, "-o", folder + "/hc.csv", "--scan", 5).stdout)
        run("hosting", folder, "-o", folder + "/night.csv", "--series", folder + "/day.csv", "--charge-hours", "0-6")
        with open(folder + "/night.csv", encoding="utf-8") as night, open(folder + "/hc.csv", encoding="utf-8") as day:
            for row, other in zip(night.read().splitlines()[1:], day.read().splitlines()[1:]):
                self.assertGreater(float(row.split(",")[1]), float(other.split(",")[1]))
        self.assertIn("no span", run("hosting", folder, "-o", folder + "/x.csv", "--series", folder + "/day.csv",
                                     "--charge-hours", "6", expect=1).stderr)

    def test_phases_tell_unbalance(self):
        folder = self.case(**{"day.csv": "hour,load_multiplier\n0,0.5\n1,1\n2,1\n"})
        with open(folder + "/nodes.csv", encoding="utf-8") as file:
            lines = file.read().splitlines()
        with open(folder + "/nodes.csv", "w", encoding="utf-8") as file:
            file.write("\n".join([lines[0] + ",phases"] + [line + ",A" for line in lines[1:]]) + "\n")
        self.assertIn("Unbalance", run("flow", folder, "-o", folder + "/out").stdout)
        self.assertIn("unbalance events", run("flow", folder, "--series", folder + "/day.csv", "-o", folder + "/out").stdout)
        for name, head in (("phases", "branch_id,n_phases,loading_a"), ("phase_nodes", "node_id,voltage_unb"),
                           ("unbalance", "branch_id,place,limit")):
            with open(f"{folder}/out/{name}.csv", encoding="utf-8") as file:
                self.assertTrue(file.read().startswith(head))

    def test_a_plan_that_a_feeder_forbids_is_made_again(self):
        files, project = os.path.join(self.folder, "files"), os.path.join(self.folder, "town.gpkg")
        run("sample", files, "--size", "town", "--seed", "7")
        with open(files + "/feeder_branches.geojson", encoding="utf-8") as file:
            branches = json.load(file)
        for branch in branches["features"]:
            if not str(branch["properties"]["from_node"]).startswith("S"):
                branch["properties"]["limit_kva"] *= 0.25  # full behind the first branch, where no room is counted
        with open(files + "/feeder_branches.geojson", "w", encoding="utf-8") as file:
            json.dump(branches, file)
        run("new", project, files + "/recipe.ini")
        run("run", project, "--sites", 3)
        self.assertIn("[siting.feeder-cut]", run("info", project).stdout)
        text = self.report_text(project)
        before = re.findall(r"^ ?F\d{5}: (\d+) kW (\d+)$", text, re.M)
        self.assertTrue(before, "the report does not say what feeders forbade")
        for chosen, holds in before:
            self.assertLess(int(holds), int(chosen))
        rows = re.findall(r"^ ?F\d{5} \d+ 0\.\d+ 0\.\d+ \S+ % \S+ % [\d ]+ ([a-z ]+)$", text, re.M)
        self.assertTrue(rows, "the report has no feeders under the new sites")
        self.assertEqual(set(rows), {"holds"})
        self.assertNotRegex(text, r"\bsiting\.[a-z]", "a parameter is shown by its key instead of its name")

    def report_text(self, project):
        if shutil.which("pdftotext") is None:
            self.skipTest("there is no pdftotext to read the report with")
        run("report", project, "-o", self.folder + "/report.pdf", "--lang", "en")
        text = subprocess.run(["pdftotext", "-layout", self.folder + "/report.pdf", "-"], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        return re.sub(r"[ \u202f]+", " ", text)

    def test_an_island_is_one_sentence(self):
        folder = self.case(**{"branches.csv": self.BRANCHES.replace("2,b,c,0.05,0.04,1", "2,b,c,0.05,0.04,0")})
        result = run("flow", folder, "-o", folder + "/none", expect=1)
        self.assertIn("Node c is an island", result.stderr)
        self.assertFalse(os.path.exists(folder + "/none/nodes.csv"))


class Install(unittest.TestCase):
    def test_manual_and_completion_are_well_formed(self):
        root = os.path.join(os.path.dirname(__file__), "..", "..")
        subprocess.run(["bash", "-n", os.path.join(root, "resources/zhixing-cli.bash")], check=True)
        with open(os.path.join(root, "resources/zhixing-cli.1"), encoding="utf-8") as file:
            text = file.read()
        for command in ("look", "new", "check", "run", "report", "export", "info", "area", "fit", "crossvalidate", "sample",
                        "locate", "flow", "hosting", "n1"):
            self.assertIn(f".BI {command} ", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
