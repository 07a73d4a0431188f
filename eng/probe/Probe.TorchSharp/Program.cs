// The native library may need a newer C++ run-time library than the machine has, so restoring is no proof: use it.
using var one = TorchSharp.torch.ones(1);
return one.numel() == 1 ? 0 : 1;
