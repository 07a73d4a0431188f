// What many files use of other packages. A file names the rooms of its own project itself.

global using System.Buffers.Binary;
global using System.Globalization;
global using System.Security.Cryptography;
global using System.Text;
global using System.Text.Json;
global using System.Text.Json.Nodes;
global using System.Text.Json.Serialization;
global using System.Text.RegularExpressions;
global using SixLabors.ImageSharp;
global using SixLabors.ImageSharp.PixelFormats;
global using TorchSharp;
global using static MLNet.SynthAugment.Diffusion.KeptScalars;
global using static TorchSharp.torch;
global using F = TorchSharp.torch.nn.functional;
