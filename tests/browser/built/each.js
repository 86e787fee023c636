export function each(list, callback) {
  for (let index = 0; index < list.length; index += 1) {
    callback(list[index], index);
  }
}
