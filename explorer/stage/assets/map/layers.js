// What a map asks the server for as it moves: the decoded lattice, and the layer under the points.

import {atlas} from "../kit/atlas.js";
import {count} from "../kit/dom.js";
import {Latest} from "../kit/latest.js";
import {fetchPacked} from "../kit/server.js";
import {drawLayer, layerPicture} from "./layer.js";
import {drawTiles} from "./tiles.js";

const LAYER_CELLS = 56; // of a layer, along each axis, if its map does not say otherwise
const TILE_SIDE = 25; // CSS pixels: about the side of a tile
const FEWEST_TILES = 10; // along each axis
const MOST_TILES = 40;

/**
 * @typedef {import("./frame.js").View} View
 * @typedef {import("./layer.js").Layer} Layer
 * @typedef {import("./layer.js").LayerError} LayerError
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
     * @type {(run: string, name: string, view: View, signal: AbortSignal) =>
     *   Promise<import("./layer.js").LayerValues>}
     */
    this.fetchLayer = (run, name, view, signal) =>
      fetchPacked(
        `${prefix}/field/${encodeURIComponent(run)}`,
        {layer: name, ...view, count: this.cells},
        signal,
      );
    /** @type {Tiles | null} */
    this.tiles = null;
    /** @type {Layer | LayerError | null} */
    this.layer = null;
    /** @type {Latest<Tiles>} */
    this.tileRequests = new Latest(
      (tiles) => this.takeTiles(tiles),
      (text) => this.map.on.failed?.(text, "images"),
    );
    /** @type {Latest<Layer>} */
    this.layerRequests = new Latest(
      (layer) => this.takeLayer(layer),
      (reason) => this.failLayer(reason),
    );
  }

  forget() {
    this.tiles = null;
    this.layer = null;
    this.tileRequests.forget();
    this.layerRequests.forget();
  }

  paint() {
    this.paintLayer();
    this.paintTiles();
  }

  paintLayer() {
    const {content, size, view, canvases} = this.map;
    const {layer} = this;
    if (!content || !view) return;
    const current = layer?.reason === undefined && layer?.name === content.settings.layer;
    drawLayer(canvases.layer, size, view, current ? layer : null);
  }

  paintTiles() {
    const {content, size, view, canvases} = this.map;
    if (content && view)
      drawTiles(canvases.manifold, size, view, content.settings.manifold ? this.tiles : null);
  }

  /** Ask for what this view needs; what there is stays until it comes. */
  ask() {
    const {content, view} = this.map;
    if (!content || !view) return;
    if (content.settings.manifold) this.askTiles(content, view);
    if (content.settings.layer !== "none") this.askLayer(content, view);
  }

  /** @param {import("./map.js").MapContent} content @param {View} view */
  askTiles({run, settings}, view) {
    const {size} = this.map;
    const {spacing = "linear"} = settings;
    const tiles = Math.max(FEWEST_TILES, Math.min(MOST_TILES, Math.round(size / TILE_SIDE)));
    const question = {...view, count: tiles, spacing};
    this.tileRequests.ask(JSON.stringify([run.name, run.stamp, question]), (signal) =>
      fetchPacked(`${this.prefix}/lattice/${encodeURIComponent(run.name)}`, question, signal),
    );
  }

  /** @param {Tiles} tiles */
  takeTiles(tiles) {
    const {frame, content, on} = this.map;
    if (!content) return;
    tiles.atlas = atlas(tiles.images, content.theme.ink);
    this.tiles = tiles;
    frame.dataset.tiles = String(tiles.size.length);
    count(frame, "lattices");
    this.paintTiles();
    on.failed?.("", "images");
  }

  /** @param {import("./map.js").MapContent} content @param {View} view */
  askLayer({run, settings}, view) {
    const {layer: name} = settings;
    const key = JSON.stringify([run.name, run.stamp, view, name, this.about]);
    this.layerRequests.ask(key, async (signal) => ({
      ...(await this.fetchLayer(run.name, name, view, signal)),
      name,
      window: {...view},
    }));
  }

  /** @param {Layer | LayerError} layer */
  takeLayer(layer) {
    this.layer = layer;
    if (this.map.content) this.colourLayer(this.map.content.theme);
    this.paintLayer();
    count(this.map.frame, "layers");
    this.map.on.layer?.(layer);
    if (layer.reason === undefined) this.map.on.failed?.("", "layer");
  }

  /** @param {string} reason */
  failLayer(reason) {
    this.takeLayer({name: this.map.content?.settings.layer ?? "", reason, failed: true});
    this.map.on.failed?.(reason, "layer");
  }

  /** @param {Theme} theme */
  colourLayer(theme) {
    const {layer} = this;
    if (!layer || layer.reason !== undefined) return;
    layer.picture = layerPicture(this.cells, theme.layerColour(layer));
  }

  /** @param {Theme} theme */
  retheme(theme) {
    if (this.tiles) this.tiles.atlas = atlas(this.tiles.images, theme.ink);
    this.colourLayer(theme);
  }
}
