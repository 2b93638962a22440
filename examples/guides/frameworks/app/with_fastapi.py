from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{name}")
async def item(name: str, size: int = 1):
    return {"name": name, "size": size}
