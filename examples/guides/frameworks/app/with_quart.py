from adapter import adapt
from quart import Quart

quart = Quart(__name__)


@quart.route("/")
async def hello():
    return "Hello from Quart\n"


app = adapt(quart)
