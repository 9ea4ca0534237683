// Why not simply sample: estimates that grow, or copies that pixels misjudge, of one image. Streamlit mounts it.

import {Growth} from "./sampling/growth.js";
import {Copies} from "./sampling/copies.js";
import {NO_DRAWING, Told, asQuestion, caption, drawing, fillQuestion, hearImage, instead, questionBar} from "./question.js";
import {Images} from "./images.js";
import {readTheme} from "./theme.js";
import {fetchCodes, fetchImages} from "./wire.js";

const SCENES = {growth: Growth, copies: Copies};
const pages = new WeakMap(); // by parent element: Streamlit calls us again for every rerun

export default function mount({parentElement, data, setStateValue, setTriggerValue}) {
  let page = pages.get(parentElement);
  if (!page) pages.set(parentElement, (page = new Sampling(parentElement, data)));
  page.commit = (question) => setStateValue("question", {...question, at: Date.now()}); // as in stage.js
  page.go = (wanted) => setTriggerValue("go", wanted);
  page.update(data);
  return () => page.retire();
}

class Sampling {
  constructor(parent, data) {
    this.parent = parent;
    this.question = {...data.question};
    this.told = new Told();
    this.root = document.createElement("div");
    this.root.className = "stage sampling";
    this.root.innerHTML = questionBar('<div class="tools" data-name="tools"></div>') + '<div class="place" data-name="place"></div><p class="note" data-name="note" role="alert" hidden></p>';
    parent.append(this.root);
    this.find = (name) => this.root.querySelector(`[data-name="${name}"]`);
    this.listen();
  }

  listen() {
    const actions = {
      before: () => this.pick(Math.max(0, this.question.image - 1)),
      after: () => this.pick(this.question.image + 1),
      random: () => this.pick(Math.floor(Math.random() * this.count)),
      drawing: () => this.pick(-1),
      compare: () => this.go({page: "compare", ...this.question}),
    };
    this.root.addEventListener("click", (event) => {
      const action = event.target.closest("[data-do]")?.dataset.do, pixels = event.target.closest('[data-set="pixels"]');
      if (actions[action] && this.count) actions[action]();
      if (pixels) this.ask({pixels: pixels.dataset.value});
    });
    this.find("run").addEventListener("change", (event) => this.ask({run: event.target.value}));
    hearImage(this.find("image"), (image) => this.pick(image));
    this.find("note").addEventListener("click", (event) => { event.target.hidden = true; });
    this.observer = new ResizeObserver(() => this.retheme());
    this.observer.observe(this.root);
    this.watcher = setInterval(() => this.root.isConnected && this.retheme(), 2000);
  }

  /** Another image, as near as there is one; -1 is the drawing, if there is one. */
  pick(index) {
    if (index < 0 && !drawing(this.data.shape)) { this.tell(NO_DRAWING); return; }
    this.ask({image: Math.min(index, this.count - 1)});
  }

  ask(change) {
    this.question = {...this.question, ...change};
    this.told.commit(this.question);
    this.commit(this.question);
    this.fill();
    if (!("run" in change)) this.show(); // another run's words come with the next update
  }

  /** Take what Python knows now. */
  update(data) {
    if (this.told.moved(data.question, this.question)) this.question = {...data.question};
    this.data = data;
    this.place(data.scene);
    this.retheme();
    this.fill();
    this.load();
  }

  /** The scene that was chosen above, in place of the last one. */
  place(name) {
    if (this.name === name) return;
    this.scene?.retire();
    this.name = name;
    const place = this.find("place");
    place.replaceChildren();
    this.scene = new SCENES[name](this, place);
    this.shown = null;
  }

  fill() {
    fillQuestion(this.find, this.question, this.data.runs);
  }

  /** The test images and labels of the run's data set, then the scene. */
  async load() {
    const {data} = this, key = [data.question.run, data.stamp, data.dataset].join();
    if (data.error) { this.shown = null; this.tell(data.error); return; }
    if (this.loading !== key) {
      this.loading = key;
      try {
        const [images, {labels}] = await Promise.all([fetchImages(data.live, data.dataset), fetchCodes(data.live, {name: data.question.run, plane: data.plane})]);
        if (this.loading !== key) return;
        Object.assign(this, {images, labels, count: labels.length, loaded: key});
      } catch (error) { this.loading = null; this.tell(error.message); return; }
    }
    if (this.loaded === key) this.show();
  }

  show() {
    if (!this.images || this.question.run !== this.data.question.run) return;
    const other = instead(this.question, this.count, this.data.shape);
    if (other) {
      this.question = {...this.question, image: other.image};
      this.told.commit(this.question);
      this.commit(this.question);
      this.fill();
    }
    const key = JSON.stringify([this.name, this.loaded, this.question]);
    if (key !== this.shown) {
      this.shown = key;
      this.tell("");
      this.scene.show(this.asked());
    }
    if (other) this.tell(other.note);
  }

  asked() { return asQuestion(this.question, this.data.shape); }

  picture() {
    const {image} = this.question, {shape} = this.data;
    return image < 0 ? new Images(Uint8Array.from(drawing(shape)), shape) : this.images.at(image);
  }

  /** What the image is called: its number and class. */
  caption() { return caption(this.question, this.data, this.labels); }

  retheme() {
    if (!this.data || !this.root.clientWidth) return;
    const theme = readTheme(this.root, {colours: this.data.colours ?? {light: [], dark: []}, layers: {}});
    if (theme.key + this.root.clientHeight === this.themed) return;
    this.themed = theme.key + this.root.clientHeight;
    this.theme = theme;
    this.root.classList.toggle("dark", theme.dark);
    this.scene?.draw();
  }

  tell(text) {
    const note = this.find("note");
    note.textContent = text;
    note.hidden = !text;
  }

  /** Once the page has let go of us for good: a rerun keeps the element. */
  retire() {
    setTimeout(() => {
      if (this.root.isConnected) return;
      pages.delete(this.parent);
      clearInterval(this.watcher);
      this.told.retire();
      this.observer.disconnect();
      this.scene?.retire();
    }, 1000);
  }
}
