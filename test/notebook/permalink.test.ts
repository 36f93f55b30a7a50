import {describe, expect, it} from "vitest";
import {formatHash, initialState, parseHash} from "../../src/notebook/permalink.ts";
import {editedScene, editsOf, formatEdits, parseEdits} from "../../src/notebook/sceneEdits.ts";
import {
  addableKinds,
  addObject,
  lights,
  moveObject,
  randomScene,
  removeObject,
  setLight
} from "../../src/scenes/index.ts";

describe("the address", () => {
  it("is empty for the initial state", () => {
    expect(formatHash({...initialState})).toBe("");
    expect(parseHash("")).toEqual({state: initialState, problems: []});
  });

  it("comes back as it went", () => {
    const state = {
      ...initialState,
      scale: 2.5,
      stride: 8 as const,
      seed: 123456,
      light: lights.at(-1) as string,
      edits: parseEdits(`-3,5:1.2:14,${addableKinds[0].kind}:-2:9`),
      opacity: 0.25,
      only: "car",
      at: {x: 0.5, y: 0.625},
      lens: {x: 0.125, y: 0.25},
      lensSize: 32
    };
    expect(parseHash(formatHash(state))).toEqual({state, problems: []});
    expect(formatHash(state)).toMatch(/^#v=1&[\w=&.,:+-]*$/);
    for (const light of lights) {
      expect(parseHash(formatHash({...initialState, light})).state.light).toBe(light);
    }
  });

  it("ignores unknown keys", () => {
    expect(parseHash("#v=1&color=red&scale=2")).toEqual({
      state: {...initialState, scale: 2},
      problems: []
    });
  });

  it("falls back from each wrong value, and says which and what is legal", () => {
    const wrong = {
      scale: ["0", "-1", "5", "1e9", "NaN", "", "two"],
      stride: ["7", "64", "", "16.5"],
      seed: ["-1", "1.5", "99999999999", "x"],
      light: ["green", ""],
      edits: ["x", "5:1", "car:1:", "5:a:b", "-x", "1:2:3:4", ","],
      opacity: ["-0.1", "2"],
      only: ["dog", "void"],
      at: ["1", "2,2", "0.1,0.2,0.3", ",", "NaN,0"]
    };
    for (const [key, texts] of Object.entries(wrong)) {
      for (const text of texts) {
        const {state, problems} = parseHash(`#${key}=${text}`);
        expect(state, `${key}=${text}`).toEqual(initialState);
        expect(problems).toHaveLength(1);
        expect(problems[0]).toContain(`${key}=${text}`);
      }
    }
  });

  it("says when it is of another version", () => {
    expect(parseHash("#v=2&scale=2").problems).toHaveLength(1);
  });
});

describe("edits of a street", () => {
  it("are nothing for the street as drawn", () => {
    expect(editsOf(randomScene(4))).toEqual({light: null, edits: {}});
    expect(formatEdits({})).toBe("");
  });

  it("rebuild the street from its seed", () => {
    const base = randomScene(11);
    const [first, second] = base.objects;
    let scene = moveObject(base, first.id, {x: first.x + 0.5, depth: first.depth + 3});
    scene = removeObject(scene, second.id);
    scene = addObject(scene, "car", {x: 1, depth: 12});
    const light = lights.find((name) => name !== base.light) as string;
    scene = setLight(scene, light);
    const {edits} = editsOf(scene);
    const again = editedScene(11, light, parseEdits(formatEdits(edits)));
    expect(again.objects.map(({kind}) => kind)).toEqual(scene.objects.map(({kind}) => kind));
    again.objects.forEach(({x, depth}, i) => {
      expect(x).toBeCloseTo(scene.objects[i].x, 1);
      expect(depth).toBeCloseTo(scene.objects[i].depth, 1);
    });
    expect(again.light).toBe(light);
  });

  it("pass over objects that the street does not have", () => {
    expect(editedScene(3, null, parseEdits("-999999,888888:1:2"))).toEqual(randomScene(3));
  });
});
