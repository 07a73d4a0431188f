// What many files use of other packages. A file names the rooms of its own project itself.

global using System.CommandLine;
global using System.Reflection;
global using System.Text.Json;
global using System.Text.Json.Nodes;
global using MLNet.SynthAugment.Diffusion.Images;
global using MLNet.SynthAugment.Diffusion.ImageSets;
global using MLNet.SynthAugment.Methods;
