"""The routes of the page Compare; its maps and its drawings serve the pages about one image, too."""

from starlette.routing import BaseRoute

from explorer.live import decode, drawing, maps, opening, tools

routes: list[BaseRoute] = [*decode.routes, *opening.routes, *maps.routes, *drawing.routes, *tools.routes]
