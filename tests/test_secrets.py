"""No secret is committed: what `make check` looks with finds one, and finds none here."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECRETLINT = Path(sys.prefix, "node_modules", "secretlint", "bin", "secretlint.js")


def look_for_secrets(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.prefix, "bin", "node"), SECRETLINT, "--secretlintrc", ROOT / ".secretlintrc.json", "**/*"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_token_in_any_file_is_found_and_not_shown(tmp_path: Path) -> None:
    token = f"ghp_{'a1B2' * 9}"
    (tmp_path / ".hidden").write_text(f"token: {token}\n")
    answer = look_for_secrets(tmp_path)
    assert answer.returncode == 1, answer
    assert "GITHUB_TOKEN" in answer.stdout
    assert token not in answer.stdout


def test_the_password_of_a_database_is_found_but_for_one_where_nobody_listens(tmp_path: Path) -> None:
    (tmp_path / "nowhere.py").write_text('"postgresql://me:s3cr3t@127.0.0.1:1/uproar"\n')
    assert look_for_secrets(tmp_path).returncode == 0
    (tmp_path / "somewhere.py").write_text(f'"postgresql://me:{"s3cr3t"}@db.example.org:5432/uproar"\n')
    answer = look_for_secrets(tmp_path)
    assert answer.returncode == 1
    assert "somewhere.py" in answer.stdout
    assert "nowhere.py" not in answer.stdout
