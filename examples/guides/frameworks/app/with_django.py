from adapter import adapt
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="signs nothing here")


async def hello(request):
    return HttpResponse(f"Hello {request.GET.get('name', 'from Django')}\n", content_type="text/plain")


urlpatterns = [path("", hello)]
app = adapt(get_asgi_application())
