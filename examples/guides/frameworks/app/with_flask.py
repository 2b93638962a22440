from a2wsgi import WSGIMiddleware
from adapter import adapt
from flask import Flask, request

flask = Flask(__name__)


@flask.route("/", methods=["GET", "POST"])
def hello():
    return f"Hello {request.args.get('name', 'from Flask')} {request.get_data(as_text=True)}\n"


app = adapt(WSGIMiddleware(flask))
