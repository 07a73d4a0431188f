// What many files use of other packages. A file names the rooms of its own project itself.

global using System.Globalization;
global using System.Text;
global using System.Text.Json;
global using System.Text.Json.Serialization;
global using Microsoft.ML;
global using Microsoft.ML.Data;
global using Microsoft.ML.Runtime;
global using MLNet.SynthAugment.Diffusion;
global using MLNet.SynthAugment.Diffusion.Clip;
global using MLNet.SynthAugment.Diffusion.Files;
global using MLNet.SynthAugment.Diffusion.Images;
global using MLNet.SynthAugment.Diffusion.Pipelines;
global using MLNet.SynthAugment.Diffusion.Schedulers;
global using MLNet.SynthAugment.Diffusion.Seeds;
global using MLNet.SynthAugment.Diffusion.Training;
global using MLNet.SynthAugment.Diffusion.Weights;
global using SixLabors.ImageSharp;
global using SixLabors.ImageSharp.PixelFormats;
