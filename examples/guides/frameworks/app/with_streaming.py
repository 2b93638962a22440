from adapter import adapt
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route


async def count(request):
    async def numbers():
        for number in range(3):
            yield f"{number}\n"

    return StreamingResponse(numbers(), media_type="text/plain")


as_it_is = Starlette(routes=[Route("/", count)])
app = adapt(as_it_is)
