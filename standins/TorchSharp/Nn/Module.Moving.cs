using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Changes of type and device. A parameter that changes becomes a new object and the old one is disposed; only a field
        // that bears the parameter's name gets the new one.
        public partial class Module
        {
            protected internal virtual Module _to(ScalarType dtype, bool non_blocking) => Move(dtype, null, non_blocking);

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                Move(null, new Device(deviceType, deviceIndex), non_blocking);

            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking) => Move(dtype, device, non_blocking);

            public Module _to(Tensor other, bool non_blocking) => Move(other.dtype, other.device, non_blocking);

            private Module Move(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (device is not null)
                    InitializeDeviceType(device.type);
                foreach (var child in _submodules.Values)
                    child.Move(dtype, device, non_blocking);

                foreach (var (parameterName, parameter) in _parametersByName.ToList())
                {
                    if (Converted(parameter, dtype, device, non_blocking) is not { } tensor)
                        continue;
                    var moved = new Parameter(tensor, parameter.requires_grad);
                    moved.MoveToOtherDisposeScope(parameter);
                    _parametersByName[parameterName] = moved;
                    Replace(parameterName, parameter, moved);
                }
                foreach (var (bufferName, (buffer, persistent)) in _buffersByName.ToList())
                {
                    if (!persistent || Converted(buffer, dtype, device, non_blocking) is not { } tensor)
                        continue;
                    tensor.MoveToOtherDisposeScope(buffer);
                    _buffersByName[bufferName] = (tensor, persistent);
                    Replace(bufferName, buffer, tensor);
                }
                return this;
            }

            private void Replace(string component, Tensor old, Tensor moved)
            {
                foreach (var field in ComponentFields())
                    if (field.Name == component && ReferenceEquals(field.GetValue(this), old))
                        field.SetValue(this, moved);
                old.Dispose();
            }

            /// <summary>The tensor of the new type and device, or null where it is so already. Integers keep their type.</summary>
            private static Tensor? Converted(Tensor tensor, ScalarType? dtype, Device? device, bool non_blocking)
            {
                var type = dtype is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                var place = device ?? tensor.device;
                if (type == tensor.dtype && place.type == tensor.device_type && place.index == tensor.device_index)
                    return null;
                using var _ = no_grad();
                return tensor.to(type, place, non_blocking: non_blocking);
            }
        }
    }
}
