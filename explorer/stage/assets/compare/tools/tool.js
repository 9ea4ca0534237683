// The contract of a tool: what it brings, and what it may use of the page.
// A tool is one file here, and a line in index.js.

/**
 * @typedef {import("../sides.js").Side} Side
 * @typedef {import("../../kit/images.js").Images} Images
 * @typedef {import("../../map/frame.js").View} View
 * @typedef {import("../scene.js").Scene} Scene
 * @typedef {ReturnType<typeof import("../../kit/theme.js").readTheme>} Theme
 */

/**
 * What a map shows: what Python says of its run, and what was loaded of it.
 * @typedef {object} MapContent
 * @property {import("../data.js").ShownRun} run
 * @property {import("../../kit/loader.js").Codes} codes
 * @property {Images} images all test images
 */

/**
 * Points that were chosen, of one data set.
 * @typedef {object} Selection
 * @property {string} dataset
 * @property {number[]} index
 * @property {string} words how they were chosen
 */

/** @typedef {Selection & {set: Set<number>}} Chosen with the numbers as a set */

/**
 * What was drawn: its image, and by side its code and what is decoded from that.
 * @typedef {object} Drawn
 * @property {Images} image
 * @property {Partial<Record<Side, number[]>>} z
 * @property {Partial<Record<Side, Images>>} decoded
 */

/**
 * What a tool may use of the page.
 * @typedef {object} Context
 * @property {HTMLElement} root
 * @property {(name: string) => any} find an element by its data-name
 * @property {string} live prefix of the live routes
 * @property {Scene} scene what the address holds; changed by `change` alone
 * @property {Theme} theme colours and sizes of the page now
 * @property {Side} active the map that keys and criteria mean
 * @property {Chosen | null} selection
 * @property {Drawn | null} drawn
 * @property {(side: Side) => MapContent | null} content of a map; null while it is loaded, or can't be
 * @property {(side: Side) => import("../data.js").Run | undefined} run of a map, even while it is loaded
 * @property {(side: Side) => import("../../map/map.js").LatentMap} map
 * @property {(changes: Partial<Scene>) => void} change change the scene, the page and the address
 * @property {(selection: Selection | null, select?: string) => void} choose
 *   choose points; `select`: how, for the address
 * @property {import("../../kit/decoder.js").Decoder["ask"]} decode
 * @property {(name: string, image: Images | null, caption?: string) => void} draw
 *   an image in its place, or none
 * @property {() => void} repaint the marks of both maps
 * @property {(text: string, source?: string) => void} tell a note; "" takes back what this source said
 * @property {(action: () => Promise<void>) => Promise<void>} attempt do it; if it fails, tell why
 * @property {(page: string, image: number) => void} leave for a page about one image
 */

/**
 * What a tool does while its page stands. `restore` and `retire` are asked of every tool; `refresh`, of the one
 * that is taken up and of those that are `always` refreshed; `selected`, of all but the one that is taken up,
 * which is refreshed then; all else, of the tool that is taken up alone.
 * @typedef {object} Instance
 * @property {() => void} [refresh] the scene, the runs or the size changed
 * @property {boolean} [always] whether it is refreshed even while another tool is taken up
 * @property {() => void} [selected] the selection changed while another tool is taken up
 * @property {() => void} [restore] select again what the address says, once both maps are there
 * @property {() => void} [leave] another tool is taken up, or the page is left
 * @property {() => void} [retire] the page is left
 * @property {(side: Side, point: number[]) => boolean} [click] true: the map does not pin it
 * @property {(side: Side) => boolean} [double] true: the pin stays where it is
 * @property {(side: Side, polygon: number[][]) => void} [outline] points were enclosed on a map
 * @property {(side: Side, context: CanvasRenderingContext2D, size: number, view: View) => void} [overlay]
 *   draw over a map
 * @property {(event: KeyboardEvent) => boolean} [key] true: it was the tool's
 * @property {() => boolean} [prior] whether the prior is drawn on the map of a model that has none, too
 */

/**
 * @typedef {object} Tool
 * @property {string} name as the address has it; its file and its export are called the same
 * @property {string} help
 * @property {string} letter its key
 * @property {[string, string][]} [keys] its other keys, and what they do
 * @property {(menus: import("../data.js").Menus) => string} card HTML of the column beside the maps
 * @property {(side: Side) => string} [dock] HTML under a map, in place of the sliders
 * @property {boolean} [marksImage] whether the image in question is marked on the maps
 * @property {(context: Context) => Instance} create
 */

export {};
