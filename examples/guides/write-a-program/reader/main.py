import json
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()
settings = json.loads(Path("/data/settings.json").read_text())


@app.get("/")
async def greeting():
    return settings
