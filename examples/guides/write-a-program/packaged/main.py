from almanac import month
from fastapi import FastAPI

app = FastAPI()


@app.get("/months/{number}")
async def name(number: int):
    return {"month": month(number)}
