// What a map asks the server for as it moves: the decoded lattice, and the layer under the points.

import {count} from "../kit/dom.js";
import {Latest} from "../kit/line.js";
import {fetchPacked} from "../kit/server.js";
import * as paint from "./paint.js";

const CELLS = 56; // of a layer, along each axis, if its map does not say otherwise
const TILE = 25; // CSS pixels: about the side of a tile
const FEWEST_TILES = 10; // along each axis
const MOST_TILES = 40;

export class Layers {
  /**
   * @param {import("./map.js").LatentMap} map
   * @param {string} prefix of the live routes
   */
  constructor(map, prefix) {
    this.map = map;
    this.prefix = prefix;
    this.cells = CELLS;
    /** What else an answer depends on, beside run, view and layer. */
    this.about = "";
    /** Fetches the layer `name` over a view. @type {(name: string, view: import("./frame.js").View) => Promise<any>} */
    this.fetchField = (layer, view) =>
      fetchPacked(`${prefix}/field/${this.map.run.name}`, {layer, ...view, count: this.cells});
    /** @type {any} */
    this.tiles = null;
    /** @type {any} */
    this.field = null;
    this.tileRequests = new Latest(
      (tiles) => this.takeTiles(tiles),
      (text) => this.map.on.failed?.(text, "images"),
    );
    this.fieldRequests = new Latest(
      (field) => this.takeField(field),
      (reason) => this.failField(reason),
    );
  }

  forget() {
    this.tiles = null;
    this.field = null;
    this.tileRequests.forget();
    this.fieldRequests.forget();
  }

  paint() {
    this.paintField();
    this.paintTiles();
  }

  paintField() {
    const {settings, size, view, canvases} = this.map;
    const current = settings.layer !== "none" && this.field?.layer === settings.layer && !this.field.reason;
    paint.field(canvases.field, size, view, current ? this.field : null);
  }

  paintTiles() {
    const {settings, size, view, canvases} = this.map;
    paint.manifold(canvases.manifold, size, view, settings.manifold ? this.tiles : null);
  }

  /** Ask for what this view needs; what there is stays until it comes. */
  ask() {
    const {settings} = this.map;
    if (settings.manifold) this.askTiles();
    if (settings.layer !== "none") this.askField();
  }

  askTiles() {
    const {size, run, view, settings} = this.map;
    const {spacing} = settings;
    const tiles = Math.max(FEWEST_TILES, Math.min(MOST_TILES, Math.round(size / TILE)));
    const question = {...view, count: tiles, spacing};
    this.tileRequests.ask(JSON.stringify([run.name, run.stamp, question]), () =>
      fetchPacked(`${this.prefix}/lattice/${run.name}`, question),
    );
  }

  takeTiles(tiles) {
    const {frame, theme, on} = this.map;
    tiles.atlas = paint.atlas(tiles.images, theme.ink);
    this.tiles = tiles;
    frame.dataset.tiles = tiles.size.length;
    count(frame, "lattices");
    this.paintTiles();
    on.failed?.("", "images");
  }

  askField() {
    const {run, view, settings} = this.map;
    const {layer} = settings;
    if (!view) return;
    this.fieldRequests.ask(JSON.stringify([run.name, run.stamp, view, layer, this.about]), async () => ({
      ...(await this.fetchField(layer, view)),
      layer,
      window: {...view},
    }));
  }

  takeField(field) {
    this.field = field;
    this.colourField();
    this.paintField();
    count(this.map.frame, "fields");
    this.map.on.layer?.(field);
    if (!field.reason) this.map.on.failed?.("", "layer");
  }

  failField(reason) {
    this.takeField({layer: this.map.settings.layer, reason, failed: true});
    this.map.on.failed?.(reason, "layer");
  }

  colourField() {
    if (!this.field || this.field.reason) return;
    this.field.picture = paint.fieldPicture(this.cells, this.map.theme.fieldColour(this.field));
  }

  retheme(theme) {
    if (this.tiles) this.tiles.atlas = paint.atlas(this.tiles.images, theme.ink);
    this.colourField();
  }
}
