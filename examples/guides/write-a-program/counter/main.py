from pathlib import Path

from fastapi import FastAPI

app = FastAPI()
kept = Path("/var/lib/counter/count")


@app.post("/")
async def count():
    number = int(kept.read_text()) + 1 if kept.exists() else 1
    kept.write_text(str(number))
    return {"count": number}
