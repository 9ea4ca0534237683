// What a map asks the server for as it moves: the decoded lattice, and the layer under the points.

import {atlas} from "../kit/atlas.js";
import {count} from "../kit/dom.js";
import {Latest} from "../kit/line.js";
import {fetchPacked} from "../kit/server.js";
import {drawField, fieldPicture} from "./field.js";
import {drawTiles} from "./tiles.js";

const LAYER_CELLS = 56; // of a layer, along each axis, if its map does not say otherwise
const TILE_SIDE = 25; // CSS pixels: about the side of a tile
const FEWEST_TILES = 10; // along each axis
const MOST_TILES = 40;

/**
 * @typedef {import("./frame.js").View} View
 * @typedef {import("./field.js").Field} Field
 * @typedef {import("./field.js").NoField} NoField
 * @typedef {import("./tiles.js").Tiles} Tiles
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

export class Layers {
  /**
   * @param {import("./map.js").LatentMap} map
   * @param {string} prefix of the live routes
   */
  constructor(map, prefix) {
    this.map = map;
    this.prefix = prefix;
    this.cells = LAYER_CELLS;
    /** What else an answer depends on, beside run, view and layer. */
    this.about = "";
    /**
     * Fetches a layer over a view.
     * @type {(run: string, layer: string, view: View) => Promise<import("./field.js").FieldValues>}
     */
    this.fetchField = (run, layer, view) =>
      fetchPacked(`${prefix}/field/${run}`, {layer, ...view, count: this.cells});
    /** @type {Tiles | null} */
    this.tiles = null;
    /** @type {Field | NoField | null} */
    this.field = null;
    /** @type {Latest<Tiles>} */
    this.tileRequests = new Latest(
      (tiles) => this.takeTiles(tiles),
      (text) => this.map.on.failed?.(text, "images"),
    );
    /** @type {Latest<Field>} */
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
    const {shown, size, view, canvases} = this.map;
    const {field} = this;
    if (!shown || !view) return;
    const current = field && field.reason === undefined && field.layer === shown.settings.layer;
    drawField(canvases.field, size, view, current ? field : null);
  }

  paintTiles() {
    const {shown, size, view, canvases} = this.map;
    if (shown && view) drawTiles(canvases.manifold, size, view, shown.settings.manifold ? this.tiles : null);
  }

  /** Ask for what this view needs; what there is stays until it comes. */
  ask() {
    const {shown, view} = this.map;
    if (!shown || !view) return;
    if (shown.settings.manifold) this.askTiles(shown, view);
    if (shown.settings.layer !== "none") this.askField(shown, view);
  }

  /** @param {import("./map.js").Shown} shown @param {View} view */
  askTiles({run, settings}, view) {
    const {size} = this.map;
    const {spacing = "linear"} = settings;
    const tiles = Math.max(FEWEST_TILES, Math.min(MOST_TILES, Math.round(size / TILE_SIDE)));
    const question = {...view, count: tiles, spacing};
    this.tileRequests.ask(JSON.stringify([run.name, run.stamp, question]), () =>
      fetchPacked(`${this.prefix}/lattice/${run.name}`, question),
    );
  }

  /** @param {Tiles} tiles */
  takeTiles(tiles) {
    const {frame, shown, on} = this.map;
    if (!shown) return;
    tiles.atlas = atlas(tiles.images, shown.theme.ink);
    this.tiles = tiles;
    frame.dataset.tiles = String(tiles.size.length);
    count(frame, "lattices");
    this.paintTiles();
    on.failed?.("", "images");
  }

  /** @param {import("./map.js").Shown} shown @param {View} view */
  askField({run, settings}, view) {
    const {layer} = settings;
    this.fieldRequests.ask(JSON.stringify([run.name, run.stamp, view, layer, this.about]), async () => ({
      ...(await this.fetchField(run.name, layer, view)),
      layer,
      window: {...view},
    }));
  }

  /** @param {Field | NoField} field */
  takeField(field) {
    this.field = field;
    if (this.map.shown) this.colourField(this.map.shown.theme);
    this.paintField();
    count(this.map.frame, "fields");
    this.map.on.layer?.(field);
    if (field.reason === undefined) this.map.on.failed?.("", "layer");
  }

  /** @param {string} reason */
  failField(reason) {
    this.takeField({layer: this.map.shown?.settings.layer ?? "", reason, failed: true});
    this.map.on.failed?.(reason, "layer");
  }

  /** @param {Theme} theme */
  colourField(theme) {
    const {field} = this;
    if (!field || field.reason !== undefined) return;
    field.picture = fieldPicture(this.cells, theme.fieldColour(field));
  }

  /** @param {Theme} theme */
  retheme(theme) {
    if (this.tiles) this.tiles.atlas = atlas(this.tiles.images, theme.ink);
    this.colourField(theme);
  }
}
