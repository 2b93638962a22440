from pathlib import Path

from adapter import adapt
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

app = adapt(Starlette(routes=[Mount("/", StaticFiles(directory=Path(__file__).parent / "static", html=True))]))
