"""``python -m stresskit``."""

from stresskit.cli import main

if __name__ == "__main__":
    main(prog_name="stresskit")
