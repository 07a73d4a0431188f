// What many files use of other packages. A file names the rooms of its own project itself.

global using System.Globalization;
global using System.Text.Json;
global using System.Text.Json.Nodes;
global using System.Text.Json.Serialization;
global using Microsoft.ML;
global using MLNet.SynthAugment.Diffusion;
global using MLNet.SynthAugment.Diffusion.Files;
global using MLNet.SynthAugment.Diffusion.Images;
global using MLNet.SynthAugment.Diffusion.ImageSets;
global using MLNet.SynthAugment.FewShot;
global using MLNet.SynthAugment.Files;
global using MLNet.SynthAugment.Selection;
global using MLNet.SynthAugment.Trainers.Augmentation;
global using SixLabors.ImageSharp;
global using SixLabors.ImageSharp.PixelFormats;
global using static MLNet.SynthAugment.Diffusion.KeptScalars;
