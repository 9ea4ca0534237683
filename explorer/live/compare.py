"""The routes of the page Compare; its maps and its drawings serve the pages about one image, too."""

from starlette.routing import BaseRoute

from explorer.live import decode, drawing, maps, tools

routes: list[BaseRoute] = [*decode.routes, *maps.routes, *drawing.routes, *tools.routes]
