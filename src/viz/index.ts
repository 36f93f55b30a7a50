import "./figures.css";
import "./gradientField.css";
import "./fieldStack.css";
import "./integerField.css";
import "./pathMap.css";
import "./tapRow.css";
import "./transport.css";

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
export {gradientField} from "./gradientField.ts";
export {legend, type Legend, type LegendClass} from "./legend.ts";
export {menuButton, type MenuItem} from "./menuButton.ts";
export {rateSteering, type RateSteering, type RateSteeringOptions} from "./rateSteering.ts";
export {percent} from "./percent.ts";
export {type PictureSource} from "./pictureCopy.ts";
export {pngBlob, saveAs, svgBlob} from "./saveAs.ts";
export {type EditableScene, type SceneEditorOptions} from "./editableScene.ts";
export {sceneEditor, type SceneEditor} from "./sceneEditor.ts";
export {
  type SegmentationData,
  type SegmentationOptions,
  type SegmentationSelection
} from "./segmentationData.ts";
export {segmentationView, type SegmentationView} from "./segmentationView.ts";
export {type Agreement} from "./segmentationWords.ts";
export {task, type Task} from "./task.ts";
export {taps, tapShares, type Tap} from "./taps.ts";
export {fieldStack, type FieldStackOptions, type FieldStackValue} from "./fieldStack.ts";
export {integerField, type IntegerField} from "./integerField.ts";
export {pathMap, type PathMapOptions, type PathMapValue} from "./pathMap.ts";
export {rowPicker, type RowPicker, type RowPlace} from "./rowPicker.ts";
export {tapGrid, type TapGrid, type TapGridOptions} from "./tapGrid.ts";
export {tapRow, type TapRow, type TapRowData, type TapRowValue} from "./tapRow.ts";
export {reducedMotion, transport, type Transport, type TransportOptions} from "./transport.ts";
export {asView, emitInput, type View} from "./view.ts";
