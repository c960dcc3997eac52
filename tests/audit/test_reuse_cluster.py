"""The distributed engine on a real cluster of processes on loopback, one of which is killed in mid-run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jihe_audit.reuse import ReuseDocument, ReuseReport, find_reuse, write_reuse_jsonl

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark (jihe[cluster]) is not installed"),
    pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow (jihe[cluster]) is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine"),
    pytest.mark.filterwarnings("ignore"),
]

_OWN = "{place}围绕{topic}开展专项行动，逐户登记并建立{topic}台账{n}份，按月通报{topic}进展，{topic}覆盖率达到{n}%。"
_TEMPLATE = "本单位严格执行统一的预算管理制度，资金拨付手续完整，不存在挤占挪用情形，年度预算{n}万元全部到位。"
_COPIED = "部分社区对{topic}的重视程度不够，台账更新滞后{n}天，整改销号缺少第三方复核，责任分工没有落实到具体岗位。"
_QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_OPTIONS = {
    "spark.executor.memory": "600m",
    "spark.cores.max": "2",
    "spark.sql.shuffle.partitions": "2",
    # A few rows a statement: compiling them costs more than running them.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": _QUICK,
    "spark.executor.extraJavaOptions": _QUICK,
}
_TOPICS = ("燃气安全", "养老助餐", "河道清淤", "电梯加装", "就业培训", "违建拆除", "消防通道", "垃圾分类", "物业纠纷")


def _reports(count: int) -> list[ReuseDocument]:
    documents = []
    for n in range(count):
        topic, place = _TOPICS[n % len(_TOPICS)], f"第{n}村社区"
        text = (
            f"一、重点工作\n{_OWN.format(place=place, topic=topic + str(n) + '号片区', n=n + 7)}\n"
            f"二、预算执行情况\n{_TEMPLATE.format(n=100 + n)}\n"
            f"三、存在的问题\n{_COPIED.format(topic=_TOPICS[n // 2 % len(_TOPICS)], n=n + 3)}\n"
        )
        documents.append(ReuseDocument.from_text(f"r{n:03}", text, unit=f"单位{n}", region="东湖", year="2023"))
    return documents


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A standalone master and two workers, each a process group of its own."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.home = Path(pyspark.__file__).parent
        self.folder = folder
        self.port = _free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.processes = [self._start("master.Master", "--port", str(self.port), "--webui-port", "0")]
        self._wait_for_master()
        for n in range(2):
            options = ("--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder / f"w{n}"))
            self.processes.append(self._start("worker.Worker", *options, self.master))

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "SPARK_HOME": str(self.home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": _QUICK,
            "PYSPARK_PYTHON": sys.executable,
        }
        command = [
            str(self.home / "bin/spark-class"),
            f"org.apache.spark.deploy.{kind}",
            "--host",
            "127.0.0.1",
            *options,
        ]
        log = (self.folder / f"{kind}-{len(options)}.log").open("ab")
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def _wait_for_master(self) -> None:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("the master did not come up")

    def kill_worker(self) -> None:
        """Kill one worker with everything it started, without warning."""
        worker = self.processes.pop()
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(worker.pid)], capture_output=True, text=True)
        for pid in children.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def stop(self) -> None:
        for process in reversed(self.processes):
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    running = Cluster(tmp_path)
    try:
        yield running
    finally:
        running.stop()


def _bytes(report: ReuseReport, path: Path) -> bytes:
    write_reuse_jsonl(report, path)
    return path.read_bytes()


def test_a_killed_worker_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    documents = _reports(20)
    shared = tmp_path / "shared"
    killed = threading.Event()

    def kill_after_first_step() -> None:
        for _ in range(3000):
            if list(shared.glob("reuse-*/occ_all/_SUCCESS")):
                cluster.kill_worker()
                killed.set()
                return
            time.sleep(0.05)

    watcher = threading.Thread(target=kill_after_first_step)
    watcher.start()
    spread = find_reuse(documents, engine=cluster.master, workdir=shared, options=_OPTIONS)
    watcher.join()
    assert killed.is_set()
    embedded = find_reuse(documents)
    assert any(p.grade == "substantive" for p in embedded.passages)
    assert _bytes(spread, tmp_path / "spread.jsonl") == _bytes(embedded, tmp_path / "embedded.jsonl")
    assert spread == embedded
    finished = sorted(p.parent.name for p in shared.glob("reuse-*/*/_SUCCESS"))
    assert {"occ_all", "ranked", "islands", "aligned"} <= set(finished)


def test_a_cluster_needs_shared_storage() -> None:
    with pytest.raises(ValueError, match="共享"):
        find_reuse(_reports(2), engine="spark://127.0.0.1:1")
