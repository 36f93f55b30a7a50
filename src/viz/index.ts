import "./styles.css";

export {
  atrousForms,
  type AtrousForms,
  type AtrousFormsValue,
  type FormReport
} from "./atrousForms.ts";
export {
  blurToEdges,
  type BlurData,
  type BlurToEdgesOptions,
  type BlurToEdgesValue,
  type BlurToEdgesView
} from "./blurToEdges.ts";
export {convergence} from "./convergence.ts";
export {
  type BoardChoice,
  type Convergence,
  type ConvergenceOptions,
  type ConvergenceValue
} from "./convergenceData.ts";
export {
  boundaryLens,
  type BoundaryLensOptions,
  type BoundaryLensValue,
  type BoundaryLensView
} from "./boundaryLens.ts";
export {
  costCalculator,
  type CostCalculatorOptions,
  type NamedConvolution
} from "./costCalculator.ts";
export {
  checkCrfSettings,
  crfPresets,
  crfSettings,
  sameCrfSettings,
  type CrfSettings
} from "./crfSettings.ts";
export {crfThumbnail, type TinyProblem} from "./crfThumbnail.ts";
export {type FilterChoice} from "./filterPicker.ts";
export {type FilterPicture} from "./filters.ts";
export {type KernelChoice} from "./kernelChoice.ts";
export {
  separableTerms,
  type SeparableTermsOptions,
  type SeparableTermsValue,
  type SeparableTermsView
} from "./separableTerms.ts";
export {fieldStack, type FieldStackOptions, type FieldStackValue} from "./fieldStack.ts";
export {
  type GradientChoice,
  type GradientData,
  type GradientFieldOptions,
  type GradientFieldView,
  type GradientLayer,
  type GradientPanelName,
  type GradientUnit,
  type TheoreticalField
} from "./gradientData.ts";
export {
  gainsAndLosses,
  type GainsAndLosses,
  type GainsAndLossesOptions,
  type GainsAndLossesValue,
  type HarmData,
  type LabelScores
} from "./gainsAndLosses.ts";
export {gradientField} from "./gradientField.ts";
export {
  imagePooling,
  type ImagePooling,
  type ImagePoolingOptions,
  type ImagePoolingValue,
  type PoolingDonor,
  type PoolingReading,
  type PoolingStreet
} from "./imagePooling.ts";
export {integerField, type IntegerField} from "./integerField.ts";
export {
  iterations,
  type IterationReport,
  type IterationsData,
  type IterationsFigure,
  type IterationsOptions,
  type IterationsValue
} from "./iterations.ts";
export {
  type FilterReport,
  type LatticeStepsOptions,
  type LatticeStepsValue
} from "./latticeData.ts";
export {latticeSteps, type LatticeStepsView} from "./latticeSteps.ts";
export {lessonCard, type LessonCardOptions} from "./lessonCard.ts";
export {legend, type Legend, type LegendClass} from "./legend.ts";
export {menuButton, type MenuItem} from "./menuButton.ts";
export {
  mixingDesk,
  type DeskAccount,
  type DeskReading,
  type DeskStreet,
  type MixingDesk,
  type MixingDeskOptions,
  type MixingDeskValue
} from "./mixingDesk.ts";
export {heardGains, sameGains, strips} from "./mixingDeskData.ts";
export {networkBars, type NetworkBarsOptions, type NetworkBarsValue} from "./networkBars.ts";
export {
  type BarLayer,
  type NetworkReading,
  type NetworkSetting,
  type PublishedReading
} from "./networkBarsData.ts";
export {
  outputStrideStrip,
  type BlockFeatures,
  type OutputStrideStrip,
  type OutputStrideStripOptions,
  type StripChoice
} from "./outputStrideStrip.ts";
export {rateSteering, type RateSteering, type RateSteeringOptions} from "./rateSteering.ts";
export {pairwiseWeights, type PairwiseWeightsView} from "./pairwiseWeights.ts";
export {
  firstPairwise,
  type PairwiseData,
  type PairwiseValue,
  type PairwiseWeightsOptions
} from "./pairwiseWeightsData.ts";
export {pathMap, type PathMapOptions, type PathMapValue} from "./pathMap.ts";
export {percent} from "./percent.ts";
export {type PictureSource} from "./pictureCopy.ts";
export {rowPicker, type RowPicker, type RowPlace} from "./rowPicker.ts";
export {pngBlob, saveAs, svgBlob} from "./saveAs.ts";
export {type EditableScene, type SceneEditorOptions} from "./editableScene.ts";
export {sceneEditor, type SceneEditor} from "./sceneEditor.ts";
export {separableThumbnail, type SeparableThumbnailOptions} from "./separableThumbnail.ts";
export {
  type SegmentationData,
  type SegmentationOptions,
  type SegmentationSelection
} from "./segmentationData.ts";
export {segmentationView, type SegmentationView} from "./segmentationView.ts";
export {type Agreement} from "./segmentationWords.ts";
export {tapGrid, type TapGrid, type TapGridOptions} from "./tapGrid.ts";
export {tapRow, type TapRow, type TapRowData, type TapRowValue} from "./tapRow.ts";
export {stackThumbnail, type StackThumbnailOptions} from "./stackThumbnail.ts";
export {type StripBlock, type StripReading} from "./strideTrade.ts";
export {subsampled, type Subsampled, type SubsampledValue} from "./subsampled.ts";
export {task, type Task} from "./task.ts";
export {taps, tapShares, type Tap} from "./taps.ts";
export {timings, type Timings} from "./timings.ts";
export {
  type NamedSize,
  type TimedOn,
  type TimingReport,
  type TimingsOptions,
  type TimingsValue
} from "./timingsData.ts";
export {reducedMotion, transport, type Transport, type TransportOptions} from "./transport.ts";
export {
  twoSteps,
  type TwoSteps,
  type TwoStepsOptions,
  type TwoStepsReading,
  type TwoStepsSource,
  type TwoStepsValue
} from "./twoSteps.ts";
export {asView, emitInput, type View} from "./view.ts";
