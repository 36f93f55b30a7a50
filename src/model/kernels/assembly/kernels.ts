/**
 * Inner loops of training, in WebAssembly SIMD. They work in the memory of TensorFlow.js's own
 * WebAssembly backend, on pointers to its tensors, and allocate nothing. Maps are
 * `[batch, height, width, channels]` of float32, channels fastest.
 *
 * They are compiled twice, with relaxed SIMD and without: its fused multiply-add makes the
 * products about 1.5 times as fast where the engine has it.
 */
export {channelSums, moments, affineClamp, gatedSums, gatedAffine} from "./normalize";
export {convolve, convolveFilter, convolveInput} from "./convolutions";
export {crossEntropy} from "./loss";
export {depthwise, depthwiseInput} from "./depthwise";
export {depthwiseFilter} from "./depthwiseFilter";
export {pack, product, productFilter} from "./products";
export {resizeInput} from "./resize";
export {sliceChannels, spread} from "./channels";
