import falcon.asgi
from adapter import adapt


class Hello:
    async def on_get(self, request, response):
        response.content_type = "text/plain"
        response.text = "Hello from Falcon\n"


falcon_app = falcon.asgi.App()
falcon_app.add_route("/", Hello())
app = adapt(falcon_app)
